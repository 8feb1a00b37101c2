//! The display as a whole: what it draws and prints.
