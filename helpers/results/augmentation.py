"""New images from old ones: shifted, turned, stretched, bent and mirrored a little, in NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CHUNK = 500  # images bent at a time, so that they stay in the processor's cache
KNOTS = 6  # along each side, for bending


@dataclass(frozen=True)
class Warp:
    """How far an image may change at most, in pixels, degrees and parts."""

    shift: float = 0.0
    turn: float = 0.0
    zoom: float = 0.0
    shear: float = 0.0
    bend: float = 0.0  # standard deviation of the knots' displacements
    mirror: bool = False  # left to right, for half of the images

    def __call__(self, images: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        """Return changed images, each in its own way.

        Parameters
        ----------
        images : array of shape (n, height, width), float32 or uint8
        draw : numpy.random.Generator

        Returns
        -------
        float32 array of shape (n, height, width)
        """
        parts = (images[i : i + CHUNK] for i in range(0, len(images), CHUNK))
        return np.concatenate([self._bilinear(part, draw) for part in parts])

    def _bilinear(self, images: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        """Fetch each new pixel from between four old ones; outside it is black."""
        n, height, width = images.shape
        padded = np.zeros((n, height + 2, width + 2), np.float32)
        padded[:, 1:-1, 1:-1] = images
        row, column = self._origins(n, height, width, draw)
        row = np.clip(row + 1, 0, height + 0.999)
        column = np.clip(column + 1, 0, width + 0.999)
        top, left = row.astype(np.int32), column.astype(np.int32)
        down, right = row - top, column - left
        place = top * (width + 2) + left
        place += (np.arange(n, dtype=np.int32) * (padded[0].size))[:, None]
        flat = padded.ravel()
        above = flat[place] * (1 - right) + flat[place + 1] * right
        place += width + 2
        below = flat[place] * (1 - right) + flat[place + 1] * right
        return (above + down * (below - above)).reshape(images.shape)

    def _origins(self, n, height, width, draw) -> tuple[np.ndarray, np.ndarray]:
        """Return the old row and column of each new pixel, two arrays of shape (n, pixels)."""

        def up_to(limit: float) -> np.ndarray:
            return draw.uniform(-limit, limit, (n, 1)).astype(np.float32)

        turn, shear = up_to(np.radians(self.turn)), up_to(self.shear)
        zooms = 1 + up_to(self.zoom), 1 + up_to(self.zoom)
        flip = np.where(draw.random((n, 1)) < 0.5 * self.mirror, -1, 1).astype(np.float32)
        centre = (height - 1) / 2, (width - 1) / 2
        rows, columns = np.mgrid[:height, :width].reshape(2, 1, -1).astype(np.float32)
        rows, columns = (rows - centre[0]) * zooms[0], (columns - centre[1]) * zooms[1] * flip
        columns = columns + shear * rows
        row = np.cos(turn) * rows - np.sin(turn) * columns + (centre[0] + up_to(self.shift))
        column = np.sin(turn) * rows + np.cos(turn) * columns + (centre[1] + up_to(self.shift))
        if self.bend:
            across, along = _between(height), _between(width)
            knots = draw.normal(0, self.bend, (2, n, KNOTS, KNOTS)).astype(np.float32)
            row += (across @ knots[0] @ along.T).reshape(n, -1)
            column += (across @ knots[1] @ along.T).reshape(n, -1)
        return row, column


def _between(side: int) -> np.ndarray:
    """Return the weights, of shape (side, KNOTS), that spread knots smoothly over a side."""
    knots = np.linspace(0, side - 1, KNOTS)
    distance = (np.arange(side)[:, None] - knots) / (knots[1] - knots[0])
    weights = np.exp(-(distance**2))
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
