"""Spanish dates."""

import pytest

CASES = [
    ("probado en marzo de 2022 y abierto medio año después", "2024-09-07", ["2022-03-01..2022-03-31", "2022-09-01..2022-09-30"]),
    ("hace medio año", "2024-09-07", ["2024-03-01..2024-03-31"]),
    ("el 1º de septiembre y el 1.º de agosto de 2023", "2024-09-07", ["2024-09-01", "2023-08-01"]),
    ("se lanzará a finales de mes", "2024-09-04", ["2024-09-21..2024-09-30 planned"]),
    ("el 4 de septiembre de 2024", None, ["2024-09-04"]),
    ("el 4 de septiembre del 2024", None, ["2024-09-04"]),
    ("el 4 de septiembre", "2024-09-05", ["2024-09-04"]),
    ("el 04/09/2024", None, ["2024-09-04"]),
    ("este lunes", "2024-11-05", ["2024-11-04"]),
    ("el martes", "2024-09-05", ["2024-09-03"]),
    ("el próximo martes", "2024-09-05", ["2024-09-10 planned"]),
    ("el viernes pasado", "2024-09-05", ["2024-08-30"]),
    ("ayer y hoy", "2024-09-05", ["2024-09-04", "2024-09-05"]),
    ("el mes pasado", "2024-09-05", ["2024-08-01..2024-08-31"]),
    ("a partir de marzo", "2024-01-10", ["2024-03-01..2024-03-31 planned"]),
    ("finales de junio", "2024-09-05", ["2024-06-21..2024-06-30"]),
    ("el año pasado", "2024-09-05", ["2023-01-01..2023-12-31"]),
    ("previsto para el 28 de febrero de 2025", "2024-11-05", ["2025-02-28 planned"]),
    ("será el 28 de febrero", "2024-11-05", ["2025-02-28 planned"]),
    ("en marzo de 2021", None, ["2021-03-01..2021-03-31"]),
    ("otoño de 2023", None, ["2023-09-01..2023-11-30"]),
    ("hace dos años", "2024-09-05", ["2022-01-01..2022-12-31"]),
    ("esta semana", "2024-09-05", ["2024-09-02..2024-09-08 vague"]),
    ("recientemente", "2024-09-05", ["2024-08-06..2024-09-05 vague"]),
    ("desde el viernes", "2024-09-05", ["2024-08-30"]),
    ("desde el viernes pasado", "2024-09-05", ["2024-08-30"]),
    ("desde el viernes los clientes podrán pagar", "2024-09-05", ["2024-09-06 planned"]),
    ("a partir del viernes", "2024-09-05", ["2024-09-06 planned"]),
    ("cinco años después de su veto", "2024-09-05", []),
    ("por la mañana, 30 %, 500 reales, cada lunes, versión 17.4", "2024-09-05", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "anchor", "expected"), CASES)
def test_spanish(seen, text, anchor, expected):
    assert seen(text, "es", anchor) == expected
