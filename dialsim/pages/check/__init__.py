"""The pages of `dialsim check` and `dialsim screen`."""
