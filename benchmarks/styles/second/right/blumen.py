# Drei Blumenarten, vier Messwerte je Blume (so aehnlich wie Iris, aber selbst erzeugt).
# Netz 4-8-8-3, ReLU und Softmax, Kreuzentropie mit Gewichtsstrafe, kleine Stapel.
import numpy as np

zufall = np.random.default_rng(4)
STRAFE = 0.02


def blumen(je_art):
    mitten = [[5.0, 3.4, 1.5, 0.3], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.5, 2.0]]
    breite = np.array([0.35, 0.30, 0.35, 0.18])
    messung = np.vstack([m + breite * zufall.normal(size=(je_art, 4)) for m in np.array(mitten)])
    messung = (messung - messung.mean(axis=0)) / messung.std(axis=0)
    ziel = np.repeat(np.eye(3), je_art, axis=0)
    return messung, ziel


def neues_netz():
    netz = []
    for rein, raus in ((4, 8), (8, 8), (8, 3)):
        netz.append(zufall.normal(0, np.sqrt(2 / rein), (rein, raus)))
        netz.append(np.zeros(raus))
    return netz


def knick(z):
    return np.maximum(z, 0)


def knick_steigung(z):
    return (z > 0).astype(float)


def anteile(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def vorwaerts(netz, x):
    g1, s1, g2, s2, g3, s3 = netz
    z1 = x @ g1 + s1
    h1 = knick(z1)
    z2 = h1 @ g2 + s2
    h2 = knick(z2)
    return z1, h1, z2, h2, anteile(h2 @ g3 + s3)


def kosten(netz, p, ziel):
    entropie = -np.mean(np.sum(ziel * np.log(p + 1e-12), axis=1))
    return entropie + 0.5 * STRAFE * sum(np.sum(g**2) for g in netz[::2])


def rueckwaerts(netz, x, ziel, zwischen):
    g1, _, g2, _, g3, _ = netz
    z1, h1, z2, h2, p = zwischen
    f3 = (p - ziel) / len(x)
    f2 = f3 @ g3.T * knick_steigung(z2)
    f1 = f2 @ g2.T * knick_steigung(z1)
    return [
        x.T @ f1 + STRAFE * g1,
        f1.sum(axis=0),
        h1.T @ f2 + STRAFE * g2,
        f2.sum(axis=0),
        h2.T @ f3 + STRAFE * g3,
        f3.sum(axis=0),
    ]


def main():
    messung, ziel = blumen(je_art=40)
    netz = neues_netz()
    rate, stapel = 0.15, 15
    for runde in range(60):
        folge = zufall.permutation(len(messung))
        for von in range(0, len(folge), stapel):
            wahl = folge[von : von + stapel]
            x_teil = messung[wahl]
            ziel_teil = ziel[wahl]
            zwischen = vorwaerts(netz, x_teil)
            steigungen = rueckwaerts(netz, x_teil, ziel_teil, zwischen)
            netz = [teil - rate * s for teil, s in zip(netz, steigungen)]
        if runde % 10 == 0:
            print("Runde", runde, "Kosten", round(kosten(netz, vorwaerts(netz, messung)[-1], ziel), 4))
    p = vorwaerts(netz, messung)[-1]
    print("richtig erkannt:", np.mean(p.argmax(axis=1) == ziel.argmax(axis=1)))


if __name__ == "__main__":
    main()
