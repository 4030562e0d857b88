"""The encoding of a table is told or guessed: real words in the encodings that people have."""

import sys

import pytest
from command_runs import status_of

pytest.importorskip("polars")

from glassnet.core.errors import InputError
from glassnet.data import DataError, open_table

TABLES = {
    "Polish": """miasto;województwo;powierzchnia;ludność;znane z
Łódź;łódzkie;293,25;670642;przemysłu włókienniczego
Gdańsk;pomorskie;262;486022;żeglugi i stoczni
Częstochowa;śląskie;159,7;213107;pielgrzymek na Jasną Górę
Kraków;małopolskie;326,8;803282;Wawelu nad Wisłą
Poznań;wielkopolskie;261,9;541316;targów międzynarodowych
Białystok;podlaskie;102,1;294242;bliskości wschodniej granicy
Toruń;kujawsko-pomorskie;115,7;196935;pierników i Kopernika
""",
    "Czech": """město;kraj;plocha;obyvatel
Plzeň;Plzeňský;137,65;175219
České Budějovice;Jihočeský;55,6;94463
Ústí nad Labem;Ústecký;93,9;91982
Žďár nad Sázavou;Vysočina;37,1;20655
Třebíč;Vysočina;57,6;35107
Brno;Jihomoravský;230,2;382405
""",
    "Russian": """город,область,население,площадь
Москва,Московская,13010112,2561.5
Казань,Татарстан,1308660,425.3
Новосибирск,Новосибирская,1633595,502.7
Екатеринбург,Свердловская,1544376,1111.7
Нижний Новгород,Нижегородская,1228199,410.7
Самара,Самарская,1173299,541.4
""",
    "German": """Stadt;Land;Einwohner;Straße
München;Bayern;1512491;Königsstraße
Köln;Nordrhein-Westfalen;1084831;Große Bleiche
Düsseldorf;Nordrhein-Westfalen;629047;Königsallee
Nürnberg;Bayern;523026;Fürther Straße
Göttingen;Niedersachsen;118911;Weender Straße
""",
    "French": """ville,région,habitants
Orléans,Centre-Val de Loire,114644
Besançon,Bourgogne-Franche-Comté,115934
Nîmes,Occitanie,148561
Saint-Étienne,Auvergne-Rhône-Alpes,174082
Évreux,Normandie,46707
Sète,Occitanie,43686
""",
    "Spanish": """ciudad,comunidad,población
Málaga,Andalucía,578460
La Coruña,Galicia,245468
Logroño,La Rioja,150808
León,Castilla y León,122051
Cádiz,Andalucía,113066
Ávila,Castilla y León,57949
""",
    "Danish": """by,region,indbyggere
København,Hovedstaden,1363296
Ålborg,Nordjylland,120914
Helsingør,Hovedstaden,47868
Næstved,Sjælland,45005
Sønderborg,Syddanmark,28113
Køge,Sjælland,38972
""",
    "Japanese": """都市,都道府県,人口,面積
札幌市,北海道,1973395,1121.3
横浜市,神奈川県,3777491,437.7
名古屋市,愛知県,2332176,326.5
京都市,京都府,1463723,827.8
さいたま市,埼玉県,1324025,217.4
""",
    "Chinese": """城市,省份,人口,面积
广州,广东省,18676605,7434.4
成都,四川省,20937757,14335
武汉,湖北省,12326518,8569
杭州,浙江省,11936010,16850
哈尔滨,黑龙江省,10009854,53100
""",
    "Greek": """πόλη,περιφέρεια,πληθυσμός
Αθήνα,Αττική,643452
Θεσσαλονίκη,Κεντρική Μακεδονία,319045
Πάτρα,Δυτική Ελλάδα,173600
Ηράκλειο,Κρήτη,177064
Λάρισα,Θεσσαλία,148562
""",
}


def written(folder, language, encoding, rows=None):
    path = folder / "towns.csv"
    lines = TABLES[language].splitlines(keepends=True)
    path.write_bytes("".join(lines[:rows]).encode(encoding))
    return path


def cells_of(table):
    return [list(table.columns), *map(list, table.read().rows())]


def expected(language, rows=None):
    separator = ";" if ";" in TABLES[language] else ","
    return [line.split(separator) for line in TABLES[language].splitlines()[:rows]]


@pytest.mark.parametrize("language", TABLES)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"]
)
def test_unicode_is_told_with_a_mark_and_without(tmp_path, language, encoding):
    table = open_table(written(tmp_path, language, encoding))
    assert cells_of(table) == expected(language)
    assert "guessed" not in table.found


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("Polish", "cp1250"), ("Polish", "iso8859_2"), ("Czech", "cp1250"), ("Russian", "cp1251"),
        ("Russian", "koi8_r"), ("Russian", "cp866"), ("German", "latin-1"), ("German", "mac_roman"),
        ("French", "latin-1"), ("French", "mac_roman"), ("French", "cp850"), ("Spanish", "latin-1"),
        ("Spanish", "mac_roman"), ("Danish", "latin-1"), ("Japanese", "shift_jis"),
        ("Japanese", "euc_jp"), ("Chinese", "gb18030"), ("Chinese", "gbk"), ("Greek", "cp1253"),
    ],
)  # fmt: skip
def test_older_encodings_are_guessed_and_it_is_said(tmp_path, language, encoding):
    table = open_table(written(tmp_path, language, encoding))
    assert cells_of(table) == expected(language)
    assert "--encoding NAME overrules" in table.found


@pytest.mark.parametrize("language", ["German", "French", "Danish", "Spanish"])
def test_western_letters_are_never_taken_for_others(tmp_path, language):
    """Row by row as the table grows; so they were read before anything was guessed."""
    for rows in range(1, len(expected(language)) + 1):
        table = open_table(written(tmp_path, language, "latin-1", rows), header=True)
        assert cells_of(table) == expected(language, rows)


def test_where_too_few_letters_tell_it_is_windows_and_said(tmp_path):
    table = open_table(written(tmp_path, "Polish", "cp1250", 1))
    assert "Windows-1252 (too few letters tell; --encoding NAME overrules)" in table.found


def test_where_two_readings_are_as_good_it_is_windows_and_said(tmp_path):
    """Names of several languages: no reading has the letters of one."""
    path = tmp_path / "names.csv"
    names = ["name", "René", "Zoë", "José", "Anaïs", "Chloé", "Åsa"]
    path.write_bytes("".join(f"{name},n{len(name)}\n" for name in names).encode("latin-1"))
    table = open_table(path, header=True)
    assert "Windows-1252 (its letters would fit others as well; --encoding" in table.found
    assert table.read()["name"].to_list() == names[1:]


def test_an_encoding_that_is_named_is_taken(tmp_path):
    path = written(tmp_path, "Polish", "cp1250", 1)
    assert cells_of(open_table(path, encoding="windows-1250"))[0] == expected("Polish")[0]
    marked = written(tmp_path, "Polish", "utf-8-sig")
    assert open_table(marked, encoding="utf8").columns[0] == "miasto"


@pytest.mark.parametrize("name", ["klingon", "rot13", "base64", "", "utf-8\0", "undefined"])
def test_a_name_that_is_no_encoding_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="give one that Python knows"):
        open_table(written(tmp_path, "French", "latin-1"), encoding=name)


def test_a_file_that_is_not_in_the_encoding_named_is_refused_with_its_line(tmp_path):
    with pytest.raises(DataError, match="is not in utf-8: line 1 has bytes"):
        open_table(written(tmp_path, "German", "latin-1", 2), encoding="utf-8")


def test_an_encoding_goes_with_a_csv_alone(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\n', encoding="utf-8")
    with pytest.raises(DataError, match="JSON lines, whose encoding is known"):
        open_table(path, encoding="cp1252")


def test_letters_that_come_late_in_the_file_count(tmp_path):
    path = tmp_path / "late.csv"
    path.write_bytes(
        b"a,b\n" + b"1,x\n" * 300_000 + "2,größer\n3,höher\n4,für\n5,süß\n".encode("latin-1")
    )
    table = open_table(path)
    assert table.read()["b"][-1] == "süß"


def test_a_few_nul_bytes_make_no_utf_16(tmp_path):
    path = tmp_path / "damaged.csv"
    path.write_bytes(b"a,b\n" + b"1,\0\n2,\0\n" * 20)
    with pytest.raises(DataError, match="40 NUL bytes, the first in line 2"):
        open_table(path)


def test_without_charset_normalizer_a_guess_is_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)
    path = written(tmp_path, "German", "latin-1")
    with pytest.raises(DataError, match=r"--encoding cp1252, or .* pip install 'glassnet\[data\]'"):
        open_table(path)
    assert cells_of(open_table(path, encoding="latin-1")) == expected("German")


def test_the_commands_say_what_they_guess_and_take_a_name(tmp_path, capsys):
    animals = [("Łódź", "żółw"), ("Gdańsk", "wąż"), ("Kraków", "łoś")]
    rows = "".join(f"{town},{k % 7},{animal}\n" for k in range(20) for town, animal in animals)
    data, model = tmp_path / "zwierzęta.csv", tmp_path / "m.safetensors"
    data.write_bytes(f"miasto,długość,gatunek\n{rows}".encode("cp1250"))
    train = ["train", data, "--target", "gatunek", "--epochs", "2", "--out", model]
    assert status_of(*train) == 0
    guess = "Windows-1250 (guessed by its letters; --encoding NAME overrules)"
    assert guess in capsys.readouterr().err
    data.write_bytes("miasto,długość\nŁódź,1\n".encode("cp1250"))  # alone it would not tell
    assert status_of("predict", model, data) == 0
    done = capsys.readouterr()
    assert "zwierzęta.csv is read as Windows-1250 (as in training; --encoding" in done.err
    assert done.out.splitlines()[1].split(",")[1] in ("żółw", "wąż", "łoś")
    assert status_of("predict", model, data, "--encoding", "cp1250") == 0
    assert capsys.readouterr().err == ""
    data.write_bytes("miasto,długość,gatunek\nŁódź,1,żółw\nKraków,2,wąż\n".encode("cp1250"))
    for command in ("evaluate", "explain"):
        assert status_of(command, model, data) == 0
        assert "(as in training; --encoding NAME overrules)" in capsys.readouterr().err
        assert status_of(command, model, data, "--encoding", "cp1250") == 0
        assert capsys.readouterr().err == ""
    picture = tmp_path / "layers.svg"
    draw = ["draw", model, data, "--what", "layers", "--out", picture]
    assert status_of(*draw, "--encoding", "cp1250") == 0
    assert status_of(*draw, "--encoding", "utf-8") == 2
    assert "is not in utf-8" in capsys.readouterr().err
    data.write_text("miasto,długość\nŁódź,1\n", encoding="utf-8")
    assert status_of("predict", model, data) == 0
    assert capsys.readouterr().err == ""
    for call in (["train", "iris", "--encoding", "cp1250"], [*train, "--encoding", "klingon"]):
        assert status_of(*call) == 2
        assert "encoding" in capsys.readouterr().err
