//! The slice map: one line that shows which slices are held, sent, in flight, missing or some of each.

use crate::slice::{Grid, SliceSet};

/// What one column of a map stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Held before this run.
    Held,
    /// Sent by this run.
    Sent,
    /// On its way.
    InFlight,
    /// Some of its slices are there, and some are not.
    Part,
    /// Neither.
    Missing,
}

impl Cell {
    /// The character for it.
    pub fn symbol(self, unicode: bool) -> char {
        match (self, unicode) {
            (Self::Held, true) => '▓',
            (Self::Sent, true) => '█',
            (Self::InFlight, _) => '>',
            (Self::Part, true) => '▒',
            (Self::Missing, true) => '░',
            (Self::Held, false) => '=',
            (Self::Sent, false) => '#',
            (Self::Part, false) => '+',
            (Self::Missing, false) => '.',
        }
    }
}

/// The cells of a map `width` columns wide. A column that stands for several slices counts as held
/// or sent only when all of them are, and as in flight as soon as one of them is.
pub fn cells(
    grid: &Grid,
    held: &SliceSet,
    sent: &SliceSet,
    in_flight: &SliceSet,
    width: usize,
) -> Vec<Cell> {
    let count = u128::from(grid.count());
    let columns = width as u128;
    if count == 0 || columns == 0 {
        return Vec::new();
    }
    let at = |column: u128| u64::try_from(column * count / columns).unwrap_or(u64::MAX);
    (0..columns)
        .map(|column| {
            let first = at(column);
            let end = at(column + 1).max(first + 1);
            let inside = |set: &SliceSet| -> u64 {
                let runs = set.runs();
                let from = runs.partition_point(|run| run.end <= first);
                runs[from..]
                    .iter()
                    .take_while(|run| run.start < end)
                    .map(|run| run.end.min(end) - run.start.max(first))
                    .sum()
            };
            let (before, now) = (inside(held), inside(sent));
            if inside(in_flight) > 0 {
                Cell::InFlight
            } else if before + now == 0 {
                Cell::Missing
            } else if before + now < end - first {
                Cell::Part
            } else if now >= before {
                Cell::Sent
            } else {
                Cell::Held
            }
        })
        .collect()
}

/// The map as text.
pub fn text(cells: &[Cell], unicode: bool) -> String {
    cells.iter().map(|cell| cell.symbol(unicode)).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use proptest::prelude::*;

    fn map(count: u64, held: &[u64], sent: &[u64], in_flight: &[u64], width: usize) -> String {
        let grid = Grid::new(count * 10, 10).unwrap();
        let of = |indices: &[u64]| indices.iter().copied().collect::<SliceSet>();
        let cells = cells(&grid, &of(held), &of(sent), &of(in_flight), width);
        text(&cells, false)
    }

    #[test]
    fn a_column_may_be_a_part_of_a_slice_or_many() {
        assert_eq!(map(4, &[0], &[1], &[2], 8), "==##>>..");
        assert_eq!(map(4, &[0], &[1], &[2], 4), "=#>.");
        assert_eq!(map(8, &[0, 1, 2], &[3, 4, 5], &[6], 4), "=##>");
        assert_eq!(map(8, &[0, 1, 2], &[], &[], 4), "=+..");
        assert_eq!(map(0, &[], &[], &[], 4), "");
    }

    proptest! {
        #[test]
        fn a_map_is_as_wide_as_asked(count in 1_u64..500, width in 1_usize..300, seed: u64) {
            let indices: Vec<u64> = (0..count).filter(|i| (seed >> (i % 64)) & 1 == 1).collect();
            prop_assert_eq!(map(count, &indices, &[], &[], width).len(), width);
            let all: Vec<u64> = (0..count).collect();
            prop_assert_eq!(map(count, &all, &[], &[], width), "=".repeat(width));
        }
    }
}
