import numpy as np

# flour, sugar, minutes in the oven -> how good was the cake, out of 10
recipes = np.array([[300., 100., 40.], [250., 180., 35.], [400., 60., 50.], [320., 140., 30.]])
marks = np.array([[8.], [6.], [4.], [9.]])
recipes = recipes / recipes.max(axis=0)
marks = marks / 10


class CakeJudge:
    def __init__(self):
        np.random.seed(41)
        self.first = np.random.randn(3, 5)
        self.second = np.random.randn(5, 1)

    def squash(self, v):
        return 1 / (1 + np.exp(-v))

    def squash_slope(self, s):
        return s * (1 - s)

    def taste(self, batch):
        self.middle = self.squash(batch.dot(self.first))
        return self.squash(self.middle.dot(self.second))

    def improve(self, batch, truth):
        verdict = self.taste(batch)
        wrong_by = truth - verdict
        step_second = wrong_by * self.squash_slope(verdict)
        # what did the middle layer do to the mistake?
        middle_wrong_by = wrong_by.dot(self.second.T)
        step_first = middle_wrong_by * self.squash_slope(self.middle)
        self.first += batch.T.dot(step_first)
        self.second += self.middle.T.dot(step_second)


judge = CakeJudge()
for day in range(1000):
    judge.improve(recipes, marks)
    if day % 200 == 0:
        print("day", day, "off by", np.square(marks - judge.taste(recipes)).mean())
