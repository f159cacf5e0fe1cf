"""Outlines of communes: read from a GeoJSON file, written back smaller."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from campaigns.reference import places, table

Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The shape of a commune: closed rings of (longitude, latitude), holes among them.

    ``area`` is the name of its territory, empty where none is known.
    """

    insee: str
    name: str
    rings: tuple[Ring, ...]
    area: str = ""


@cache
def outlines(departement: str) -> tuple[Outline, ...]:
    """The outlines that ship for a département, by INSEE code; none for most of them."""
    path = f"{departement}/communes_contours.geojson"
    return read_outlines(table.shipped(path)) if table.exists(path) else ()


def read_outlines(text: str) -> tuple[Outline, ...]:
    """The communes of a GeoJSON text (properties ``code`` and ``nom``, WGS 84), by INSEE code.

    ValueError, in French, says what is wrong with the file.
    """
    try:
        features = json.loads(text)["features"]
        found = [_outline(feature) for feature in features]
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise ValueError(
            "Ce fichier n’est pas un GeoJSON de communes : il faut des « features » avec les "
            "propriétés « code » et « nom », et des polygones en degrés."
        ) from wrong
    return tuple(sorted(found, key=lambda outline: outline.insee))


def present_outlines(
    outlines: Iterable[Outline], departement: str, known: Iterable[str]
) -> tuple[Outline, ...]:
    """The same outlines by present commune: those that merged since are joined to theirs.

    ``known`` are the INSEE codes that may stand in the file; ValueError, in French, names one
    that is not among them.
    """
    merged = {old.insee: old.present for old in places.former_communes(departement)}
    kept = set(known)
    found: dict[str, Outline] = {}
    for each in outlines:
        insee = each.insee if each.insee in kept else merged.get(each.insee, each.insee)
        if insee not in kept:
            raise ValueError(
                f"Le code « {each.insee[:8]} » n’est celui d’aucune commune connue ici."
            )
        before = found.get(insee)
        if before is None:
            found[insee] = replace(each, insee=insee)
        else:
            own = each if insee == each.insee else before
            found[insee] = replace(own, insee=insee, rings=before.rings + each.rings)
    return tuple(found[insee] for insee in sorted(found))


def write_outlines(outlines: Iterable[Outline]) -> str:
    """GeoJSON of these outlines, four decimals (ten metres), nothing else."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in each.rings]},
            "properties": {"code": each.insee, "nom": each.name},
        }
        for each in outlines
    ]
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _outline(feature: Mapping[str, Any]) -> Outline:  # decoded JSON
    shape = feature["geometry"]
    polygons = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}
    rings = tuple(_ring(ring) for polygon in polygons[shape["type"]] for ring in polygon)
    told = feature["properties"]
    insee, name = told["code"], told["nom"]
    if not (isinstance(insee, str) and isinstance(name, str) and rings):
        raise ValueError("code, name or shape missing")
    return Outline(insee, name, rings)


def _ring(points: Iterable[Iterable[Any]]) -> Ring:  # decoded JSON
    ring = tuple((round(float(x), 4), round(float(y), 4)) for x, y, *_ in points)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("an open ring")
    if not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring):  # NaN is refused too
        raise ValueError("not in degrees")
    return ring
