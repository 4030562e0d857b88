"""`walk --list`, and a walk of a published example by its name."""


def test_the_list_names_each_with_its_numbers(run):
    done = run("walk", "--list")
    assert done.status == 0
    for word in ("worked-biases", "nielsen-hard", "spiral", "0.291027924", "9,999 updates"):
        assert word in done.out


def test_the_list_as_json(run):
    found = run("walk", "--list", "--json").json
    assert [example["name"] for example in found][:3] == [
        "worked",
        "worked-biases",
        "worked-shared",
    ]
    row = found[4]["figures"][1]
    assert (row["published"], row["same"]) == ("0.09396", True)


def test_a_walk_by_name_ends_with_the_published_numbers(run):
    done = run("walk", "nielsen-easy", "--steps", 300)
    assert done.status == 0
    assert "0.0939556949" in done.out.split("Published:")[0]
    assert "same" in done.out.split("Published:")[1]


def test_its_markdown_has_a_table_of_them(run):
    assert (
        "| W1grad31, X3 = 0.7 | 0.060002 | 0.06167517 | differs |"
        in run("walk", "scikit-learn", "--format", "markdown").out
    )


def test_one_number_of_it_and_its_page(run, tmp_path):
    assert run("walk", "xor", "--at", "a2[0]").out.startswith("a2[0] = 1")
    page = tmp_path / "xor.html"
    assert run("walk", "xor", "--format", "html", "--out", page).status == 0
    assert page.stat().st_size > 10_000


def test_a_wrong_name_is_one_sentence(run):
    done = run("walk", "nielson-easy")
    assert done.status == 2
    assert done.err.count("\n") == 1
    assert "did you mean 'nielsen-easy'" in done.err
