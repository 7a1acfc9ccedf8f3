"""Time series: carbon dioxide in the air, spots on the sun."""

from __future__ import annotations

import csv
import io

import numpy as np

from helpers.datasets.sources import read_sample


def load_time_series(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Load a real series. They come with the course.

    Parameters
    ----------
    name : {'co2', 'co2_weekly', 'sunspots'}
        'co2': carbon dioxide in the air at Mauna Loa, Hawaii, mean of each month from March
        1958 to December 2001, in parts per million by volume. The five months without any
        measurement are filled in on a straight line between their neighbours.
        'co2_weekly': the same as measured, weekly, NaN where a week is missing.
        'sunspots': mean number of sunspots of each year from 1700 to 2008 (a count; no unit).

    Returns
    -------
    dates : array of shape (n,)
        datetime64[M] for 'co2', datetime64[D] for 'co2_weekly', int64 years for 'sunspots'.
    values : float64 array of shape (n,)
        526, 2284 and 309 values.

    Raises
    ------
    ValueError
        If there is no series of that name.
    DatasetUnavailable
        If the course's file is missing or damaged.

    Notes
    -----
    C. D. Keeling and T. P. Whorf (2004), Carbon Dioxide Information Analysis Center; sunspots
    from the National Geophysical Data Center. Public domain, from the package statsmodels.
    """
    if name == "sunspots":
        years, counts = _read_columns("sunspots.csv")
        return np.array(years, dtype=np.int64), np.array(counts, dtype=np.float64)
    if name == "co2_weekly":
        return _read_co2()
    if name == "co2":
        return _monthly_means(*_read_co2())
    raise ValueError(f"There is no series {name!r}; there are 'co2', 'co2_weekly', 'sunspots'.")


def _read_columns(file: str) -> tuple[list[str], list[str]]:
    rows = list(csv.reader(io.StringIO(read_sample(file).decode("utf-8"))))[1:]
    return [row[0] for row in rows], [row[1] for row in rows]


def _read_co2() -> tuple[np.ndarray, np.ndarray]:
    dates, values = _read_columns("co2.csv")
    days = np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in dates], dtype="datetime64[D]")
    return days, np.array([value or "nan" for value in values], dtype=np.float64)


def _monthly_means(days: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    measured = ~np.isnan(values)
    of_month = days.astype("datetime64[M]")
    months = np.arange(of_month[0], of_month[-1] + 1)
    position = (of_month - months[0]).astype(int)[measured]
    sums = np.bincount(position, values[measured], minlength=len(months))
    counts = np.bincount(position, minlength=len(months))
    known = counts > 0
    means = sums[known] / counts[known]
    where = np.arange(len(months))
    return months, np.interp(where, where[known], means)
