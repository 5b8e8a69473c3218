"""The model of a page: sections of tables, key figures, charts and text, and their renderers.

A page is built once, in one language and without a width, by a function of its own module. Four
renderers show it: :mod:`~dialsim.pages.model.terminal`, :mod:`~dialsim.pages.model.html`,
:mod:`~dialsim.pages.model.notebook` and :mod:`~dialsim.pages.model.plain`, which is JSON.
"""
