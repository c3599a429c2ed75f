"""Which wordings of the catalogue speak of which unit, and whether they say or deny it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.claim_words import Unit

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class UnitRows:
    """The wordings that speak of one unit: their rows, and there its sign and clause sign (0 where both ways)."""

    rows: npt.NDArray[np.int64]
    signs: Vectors
    clause_signs: Vectors
    weight: float
    specific: bool
    two_sided: bool


@dataclass(frozen=True)
class UnitTable:
    """Which wordings speak of which unit; a unit is the more telling the fewer claims speak of it."""

    units: dict[str, UnitRows]
    sizes: Vectors
    special: Vectors
    negative: Vectors
    unknown_weight: float

    @classmethod
    def of(cls, units: Sequence[Sequence[Unit]], owners: Sequence[int]) -> UnitTable:
        """Build the table of wordings' units; `owners` says whose wording each is."""
        claims = len(set(owners)) or 1
        held: dict[str, dict[int, list[Unit]]] = {}
        for number, row in enumerate(units):
            for unit in row:
                held.setdefault(unit.key, {}).setdefault(number, []).append(unit)
        sizes, special = np.full(len(units), 1e-9, dtype=np.float32), np.zeros(len(units), dtype=np.float32)
        table = {}
        for key, rows in held.items():
            weight = float(np.log1p(claims / len({owners[number] for number in rows})))
            first = next(iter(rows.values()))[0]
            places = np.array(list(rows), dtype=np.int64)
            sizes[places] += weight
            special[places] += weight * first.specific
            near = np.array([joint_sign(unit.sign for unit in found) for found in rows.values()], dtype=np.float32)
            whole = np.array(
                [joint_sign(unit.clause_sign for unit in found) for found in rows.values()], dtype=np.float32
            )
            table[key] = UnitRows(places, near, whole, weight, first.specific, first.two_sided)
        negative = np.array(
            [any(unit.clause_sign < 0 for unit in row if not unit.two_sided) for row in units], dtype=np.float32
        )
        return cls(table, sizes, special, negative, float(np.log1p(claims)))


def joint_sign(signs: Iterable[int]) -> int:
    """One sign for several mentions; 0 when they contradict each other."""
    found = set(signs)
    return found.pop() if len(found) == 1 else 0
