"""Perturbation tables: the published rows, the laws of every row, files from elsewhere."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.errors import InputError, SourceError
from govkit.perturbation import p_table, read_p_table

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "tables" / "ptable_D2_V1.csv"

# ptable 1.0.0, D=2, V=1, row i=1 (kept monotone, so its variance is 0.932) and row i=2.
ROW_1 = [0.36648551, 0.3664855, 0.16757247, 0.09945652]
ROW_2 = [0.06382714, 0.24469145, 0.38296282, 0.24469145, 0.06382714]


def test_the_published_rows_to_seven_digits():
    made = p_table(2, 1)
    assert made.probability[1] == pytest.approx(ROW_1, abs=1e-7)
    assert made.probability[2] == pytest.approx(ROW_2, abs=1e-7)
    assert made.probability[1] @ made.noise[1] ** 2.0 == pytest.approx(0.93188, abs=1e-5)


def test_without_monotony_a_row_is_the_exponential_of_a_square():
    # p_v is proportional to exp(a v + b v²): three logarithms decide the fourth.
    p = np.log(p_table(2, 1, monotone=False).probability[1])
    assert p[3] - 3 * p[2] + 3 * p[1] - p[0] == pytest.approx(0, abs=1e-4)


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference files are not beside the project")
def test_a_file_of_the_r_package_is_read():
    read, made = read_p_table(REFERENCE), p_table(2, 1)
    for row in range(3):
        assert read.noise[row].tolist() == made.noise[row].tolist()
        assert read.probability[row] == pytest.approx(made.probability[row], abs=1e-7)


@settings(max_examples=30, deadline=None)
@given(largest=st.integers(2, 6), share=st.floats(0.4, 0.9), forbidden=st.integers(0, 2))
def test_every_row_is_unbiased_bounded_and_never_negative(largest, share, forbidden):
    variance = share * largest**2 / 2
    try:
        made = p_table(largest, variance, forbidden=forbidden)
    except InputError:
        assert variance < forbidden * (forbidden + 1)  # too narrow to jump over what is forbidden
        return
    for count, (noise, p) in enumerate(zip(made.noise, made.probability, strict=True)):
        assert p.sum() == pytest.approx(1)
        assert p @ noise == pytest.approx(0, abs=1e-5)
        assert p @ noise**2 <= variance + 1e-5
        result = count + noise
        assert ((result == 0) | (result > forbidden)).all()
    assert made.noise[0].tolist() == [0]


def test_a_key_on_the_border_belongs_to_the_lower_change():
    made = p_table(2, 1)
    border = made.probability[2][0]
    keys = np.array([0.0, border - 1e-9, border + 1e-9, 1 - 1e-12])
    assert made.look_up(np.full(4, 2), keys).tolist() == [-2, -2, -1, 2]


def test_the_last_row_serves_all_larger_counts():
    made = p_table(2, 1)
    keys = np.linspace(0, 0.999, 50)
    assert (made.look_up(np.full(50, 2), keys) == made.look_up(np.full(50, 10**9), keys)).all()


@pytest.mark.parametrize(
    ("largest", "variance", "forbidden", "sentence"),
    [(0, 1, 0, "from 1 to 30"), (31, 1, 0, "from 1 to 30"), (2.5, 1, 0, "a whole number"),
     (np.nan, 1, 0, "a whole number"), (2, np.inf, 0, "above 0"), (2, 0, 0, "above 0"),
     (2, 1, -1, "not negative"),
     (2, 0.5, 2, "No noise without bias fits a count of 1")],
)  # fmt: skip
def test_what_cannot_be_made_is_told(largest, variance, forbidden, sentence):
    with pytest.raises(InputError, match=sentence):
        p_table(largest, variance, forbidden=forbidden)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("i,v,p\n0,0,1\n1,-1,0.5\n1,1,0.4\n", InputError),  # adds up to 0.9
        ("i,v,p\n0,0,1\n1,-2,0.5\n1,2,0.5\n", InputError),  # a count of 1 would become -1
        ("i,v,p\n0,0,1\n2,0,1\n", InputError),  # no row 1
        ("i,v,p\n0,0,1\n1,0,nan\n", InputError),  # what is no number adds up to nothing
        ("i,v,p\n0,0,1\n1,0,one\n", SourceError),
        ("a;b\n1;2\n", SourceError),
        ("i,v,p\n", InputError),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, text, error):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(error):
        read_p_table(path)
    with pytest.raises(SourceError):
        read_p_table(tmp_path / "absent.csv")
