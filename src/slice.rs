//! How a length is cut: `Slice`, the `Grid` they lie on, and the `SliceSet` that says which are held.

use std::ops::Range;

/// One slice of a file: what a single `upload_slice_data` request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slice {
    /// Position on the grid, from 0.
    pub index: u64,
    /// Offset of the first byte in the file, in bytes.
    pub offset: u64,
    /// Length in bytes; only the last slice is shorter than the slice size.
    pub len: u64,
}

impl Slice {
    /// The byte range of the slice in the file.
    pub fn range(&self) -> Range<u64> {
        self.offset..self.offset + self.len
    }
}

/// A file length cut into slices of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    file_len: u64,
    slice_size: u64,
}

impl Grid {
    /// Cuts `file_len` bytes into slices of `slice_size` bytes; `None` for a slice size of zero.
    pub fn new(file_len: u64, slice_size: u64) -> Option<Self> {
        (slice_size > 0).then_some(Self {
            file_len,
            slice_size,
        })
    }

    /// Length of the whole file in bytes.
    pub fn file_len(&self) -> u64 {
        self.file_len
    }

    /// Length of every slice but the last, in bytes.
    pub fn slice_size(&self) -> u64 {
        self.slice_size
    }

    /// How many slices there are.
    pub fn count(&self) -> u64 {
        self.file_len.div_ceil(self.slice_size)
    }

    /// The slice at `index`, if there is one.
    pub fn slice(&self, index: u64) -> Option<Slice> {
        let offset = index.checked_mul(self.slice_size)?;
        (offset < self.file_len).then(|| Slice {
            index,
            offset,
            len: self.slice_size.min(self.file_len - offset),
        })
    }

    /// The slice that lies exactly at `offset` with exactly `len` bytes: the only kind of listed
    /// part that counts as held (PROTOCOL §3.3).
    pub fn exact(&self, offset: u64, len: u64) -> Option<Slice> {
        if !offset.is_multiple_of(self.slice_size) {
            return None;
        }
        self.slice(offset / self.slice_size)
            .filter(|slice| slice.len == len)
    }

    /// All slices in file order.
    pub fn iter(&self) -> impl Iterator<Item = Slice> + use<> {
        let grid = *self;
        (0..grid.count()).filter_map(move |index| grid.slice(index))
    }
}

/// A set of slice indices kept as sorted runs, so that its size follows the gaps, not the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SliceSet {
    runs: Vec<Range<u64>>,
}

impl SliceSet {
    /// Adds one index; says whether it was new.
    pub fn insert(&mut self, index: u64) -> bool {
        let at = self.runs.partition_point(|run| run.end < index);
        match self.runs.get_mut(at) {
            Some(run) if run.contains(&index) => return false,
            Some(run) if run.end == index => run.end += 1,
            Some(run) if run.start == index + 1 => run.start = index,
            _ => self.runs.insert(at, index..index + 1),
        }
        if let Some(next) = self.runs.get(at + 1).cloned()
            && self.runs[at].end == next.start
        {
            self.runs[at].end = next.end;
            self.runs.remove(at + 1);
        }
        true
    }

    /// Whether `index` is in the set.
    pub fn contains(&self, index: u64) -> bool {
        let at = self.runs.partition_point(|run| run.end <= index);
        self.runs.get(at).is_some_and(|run| run.contains(&index))
    }

    /// How many indices there are.
    pub fn len(&self) -> u64 {
        self.runs.iter().map(|run| run.end - run.start).sum()
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The set of all indices in the given runs, which may be in any order and overlap.
    pub fn from_runs(mut runs: Vec<Range<u64>>) -> Self {
        runs.retain(|run| run.start < run.end);
        runs.sort_unstable_by_key(|run| run.start);
        let mut set = Self::default();
        for run in runs {
            match set.runs.last_mut() {
                Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
                _ => set.runs.push(run),
            }
        }
        set
    }

    /// The runs, sorted, disjoint and never adjacent.
    pub fn runs(&self) -> &[Range<u64>] {
        &self.runs
    }

    /// The indices below `count` that are not in the set, in order.
    pub fn missing(&self, count: u64) -> impl Iterator<Item = u64> + '_ {
        let starts = std::iter::once(0).chain(self.runs.iter().map(|run| run.end));
        let ends = self
            .runs
            .iter()
            .map(|run| run.start)
            .chain(std::iter::once(count));
        starts
            .zip(ends)
            .flat_map(move |(start, end)| start..end.min(count))
    }

    /// How many bytes of the grid the set stands for.
    pub fn bytes(&self, grid: &Grid) -> u64 {
        self.runs
            .iter()
            .map(|run| {
                let end = (run.end.saturating_mul(grid.slice_size)).min(grid.file_len);
                end.saturating_sub(run.start.saturating_mul(grid.slice_size))
            })
            .sum()
    }
}

impl FromIterator<u64> for SliceSet {
    fn from_iter<I: IntoIterator<Item = u64>>(indices: I) -> Self {
        let mut set = Self::default();
        for index in indices {
            set.insert(index);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_last_slice_is_the_remainder() {
        let grid = Grid::new(2_500_000, 1_048_576).unwrap();
        let slices: Vec<_> = grid.iter().map(|s| (s.offset, s.len)).collect();
        assert_eq!(
            slices,
            [(0, 1_048_576), (1_048_576, 1_048_576), (2_097_152, 402_848)]
        );
    }

    #[test]
    fn an_empty_file_has_no_slices_and_a_zero_slice_size_no_grid() {
        assert_eq!(Grid::new(0, 4).unwrap().iter().count(), 0);
        assert!(Grid::new(4, 0).is_none());
    }

    #[test]
    fn only_exact_parts_count() {
        let grid = Grid::new(10, 4).unwrap();
        assert!(grid.exact(4, 4).is_some());
        assert!(grid.exact(8, 2).is_some());
        for (offset, len) in [(8, 4), (2, 4), (4, 3), (12, 4), (4, 0)] {
            assert!(grid.exact(offset, len).is_none(), "{offset}+{len}");
        }
    }

    proptest! {
        #[test]
        fn slices_tile_the_file(len in 0_u64..5_000_000, size in 1_u64..2_000_000) {
            let grid = Grid::new(len, size).unwrap();
            let mut end = 0;
            for (n, slice) in grid.iter().enumerate() {
                prop_assert_eq!(slice.index, n as u64);
                prop_assert_eq!(slice.offset, end);
                prop_assert!(slice.len > 0 && slice.len <= size);
                prop_assert_eq!(grid.exact(slice.offset, slice.len), Some(slice));
                end = slice.range().end;
            }
            prop_assert_eq!(end, len);
        }

        #[test]
        fn a_set_behaves_like_a_set(indices in prop::collection::vec(0_u64..60, 0..80)) {
            let grid = Grid::new(60 * 7 - 3, 7).unwrap();
            let mut set = SliceSet::default();
            let mut model = BTreeSet::new();
            for index in indices {
                prop_assert_eq!(set.insert(index), model.insert(index));
            }
            prop_assert_eq!(set.len(), model.len() as u64);
            prop_assert!(set.runs().windows(2).all(|w| w[0].end < w[1].start));
            let missing: Vec<u64> = (0..60).filter(|i| !model.contains(i)).collect();
            prop_assert_eq!(set.missing(60).collect::<Vec<_>>(), missing);
            let bytes: u64 = model.iter().filter_map(|i| grid.slice(*i)).map(|s| s.len).sum();
            prop_assert_eq!(set.bytes(&grid), bytes);
            for i in 0..60 {
                prop_assert_eq!(set.contains(i), model.contains(&i));
            }
            let ones = model.iter().rev().map(|i| *i..*i + 1).collect();
            prop_assert_eq!(SliceSet::from_runs(ones), set);
        }
    }
}
