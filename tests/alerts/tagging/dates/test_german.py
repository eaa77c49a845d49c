"""German dates."""

import pytest

CASES = [
    ("im März 2022 getestet, ein halbes Jahr später offen", "2024-09-07", ["2022-03-01..2022-03-31", "2022-09-01..2022-09-30"]),
    ("vor einem halben Jahr", "2024-09-07", ["2024-03-01..2024-03-31"]),
    ("im 3. Quartal 2023 und in Q1 2024", "2024-09-07", ["2023-07-01..2023-09-30", "2024-01-01..2024-03-31"]),
    ("in der ersten Hälfte 2021, der zweiten Jahreshälfte 2022 und im 1. Halbjahr 2023", "2024-09-07", ["2021-01-01..2021-06-30", "2022-07-01..2022-12-31", "2023-01-01..2023-06-30"]),
    ("am 28.12. in Berlin", "2024-01-02", ["2023-12-28"]),
    ("ab dem 5.1. in Berlin", "2023-12-30", ["2024-01-05 planned"]),
    ("am 4.9.2024, ab Version 4.4. neu", "2024-09-07", ["2024-09-04"]),
    ("am 4. September 2024", None, ["2024-09-04"]),
    ("am Mittwoch, 4. September 2024", None, ["2024-09-04"]),
    ("am 04.09.2024", None, ["2024-09-04"]),
    ("am 4. September", "2024-09-05", ["2024-09-04"]),
    ("am Mittwoch", "2024-09-05", ["2024-09-04"]),
    ("am Dienstagabend", "2024-03-06", ["2024-03-05"]),
    ("Seit Donnerstag", "2024-03-01", ["2024-02-29"]),
    ("ab Donnerstag", "2024-03-06", ["2024-03-07 planned"]),
    ("vergangenen Freitag", "2024-09-05", ["2024-08-30"]),
    ("am kommenden Montag", "2024-09-05", ["2024-09-09 planned"]),
    ("gestern, heute", "2024-09-05", ["2024-09-04", "2024-09-05"]),
    ("ab sofort", "2024-03-01", ["2024-03-01"]),
    ("Anfang März", "2024-09-05", ["2024-03-01..2024-03-10"]),
    ("Ende Juni", "2024-09-05", ["2024-06-21..2024-06-30"]),
    ("Bis Ende Juni", "2024-03-01", ["2024-06-21..2024-06-30 planned"]),
    ("im Herbst 2023", None, ["2023-09-01..2023-11-30"]),
    ("voriges Jahr", "2024-09-05", ["2023-01-01..2023-12-31"]),
    ("im vergangenen Jahr", "2024-09-05", ["2023-01-01..2023-12-31"]),
    ("im April", "2024-09-05", ["2024-04-01..2024-04-30"]),
    ("für April angekündigt", "2024-03-06", ["2024-04-01..2024-04-30 planned"]),
    ("im letzten Monat", "2024-09-05", ["2024-08-01..2024-08-31"]),
    ("in dieser Woche", "2024-09-05", ["2024-09-02..2024-09-08 vague"]),
    ("vor zwei Jahren", "2024-09-05", ["2022-01-01..2022-12-31"]),
    ("vor drei Tagen", "2024-09-07", ["2024-09-04"]),
    ("kürzlich", "2024-09-05", ["2024-08-06..2024-09-05 vague"]),
    ("Am 1. März wird der Zugang frei", "2024-01-10", ["2024-03-01 planned"]),
    ("Am 3. März", "2025-03-05", ["2025-03-03"]),
    ("Am 3. März startete der Dienst", "2025-11-20", ["2025-03-03"]),
    ("Am 3. März können Kunden zahlen", "2025-02-20", ["2025-03-03 planned"]),
    ("ab 1. März", "2024-01-10", ["2024-03-01 planned"]),
    ("Angekündigt hatte Apple den Schritt am 25. Januar.", "2024-03-06", ["2024-01-25"]),
    ("iOS 17.4, 50 Cent, 15.000 Säulen, 230 Dollar, jeden Montag", "2024-09-05", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "anchor", "expected"), CASES)
def test_german(seen, text, anchor, expected):
    assert seen(text, "de", anchor) == expected
