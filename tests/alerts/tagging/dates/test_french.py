"""French dates."""

import pytest

CASES = [
    ("testé en mars 2022, ouvert un semestre plus tard", "2024-09-07", ["2022-03-01..2022-03-31", "2022-09-01..2022-09-30"]),
    ("en septembre 2021 puis en novembre de la même année", "2024-09-07", ["2021-09-01..2021-09-30", "2021-11-01..2021-11-30"]),
    ("au 3e trimestre 2023 et au 1er trimestre 2024", "2024-09-07", ["2023-07-01..2023-09-30", "2024-01-01..2024-03-31"]),
    ("sera lancé fin de ce mois", "2024-09-04", ["2024-09-21..2024-09-30 planned"]),
    ("le 4 septembre 2024", None, ["2024-09-04"]),
    ("mercredi 4 septembre", "2024-09-05", ["2024-09-04"]),
    ("le 04/09/2024", None, ["2024-09-04"]),
    ("lundi", "2026-02-04", ["2026-02-02"]),
    ("lundi prochain", "2026-02-04", ["2026-02-09 planned"]),
    ("vendredi dernier", "2024-09-05", ["2024-08-30"]),
    ("hier, aujourd’hui", "2024-09-05", ["2024-09-04", "2024-09-05"]),
    ("avant-hier", "2024-09-06", ["2024-09-04"]),
    ("le mois dernier", "2024-09-05", ["2024-08-01..2024-08-31"]),
    ("mi-décembre", "2023-12-07", ["2023-12-11..2023-12-20 planned"]),
    ("à partir du 1er mars", "2024-01-10", ["2024-03-01 planned"]),
    ("fin juin", "2024-09-05", ["2024-06-21..2024-06-30"]),
    ("la fin de 2026", "2026-02-04", ["2026-10-01..2026-12-31 planned"]),
    ("l'an dernier", "2024-09-05", ["2023-01-01..2023-12-31"]),
    ("en mars", "2024-09-05", ["2024-03-01..2024-03-31"]),
    ("en septembre 2021", None, ["2021-09-01..2021-09-30"]),
    ("l'été dernier", "2024-09-05", ["2024-06-01..2024-08-31"]),
    ("il y a deux ans", "2024-09-05", ["2022-01-01..2022-12-31"]),
    ("cette semaine", "2024-09-05", ["2024-09-02..2024-09-08 vague"]),
    ("récemment", "2024-09-05", ["2024-08-06..2024-09-05 vague"]),
    ("sera disponible le 30 septembre", "2024-09-04", ["2024-09-30 planned"]),
    ("six mois plus tard, cinq ans après son éviction", "2024-09-05", ["2025-03-01..2025-03-31 planned"]),
    ("a été annoncé, vingt euros, 15 %, chaque lundi, version 17.4", "2024-09-05", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "anchor", "expected"), CASES)
def test_french(seen, text, anchor, expected):
    # last summer in September is a summer that has just ended
    assert seen(text, "fr", anchor) == expected
