"""The pages of `dialsim explain` and `dialsim rules`."""
