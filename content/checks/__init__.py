"""Everything that can be wrong with the catalogue, one readable line each."""
