"""Linking of kernels: parts stay separate until a whole is needed.

Left to itself numba brings each function to machine code with all it calls linked in and optimised
once more: a kernel six calls deep is optimised six times, and as each of these may be called from
elsewhere, LLVM inlines next to nothing. Here a kernel that kernels call is only brought to LLVM's
intermediate form, a *part*. What Python calls is a *whole*: its own code and every part it needs,
each once and hidden from the outside, optimised together a single time.

Within a kernel no index counts from the end. numba looks at every index of a signed type, and adds
the length to one below zero: five instructions at each of some thousand places.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.util
from typing import Any

from numba import types
from numba.core import compiler, compiler_machinery, config, errors, typed_passes, untyped_passes
from numba.core.codegen import JITCodeLibrary

from dialsim.jit.branches import KernelLower
from dialsim.jit.kernel_cache import blaming_the_cache
from dialsim.jit.specialise import definitions

# numba and llvmlite describe none of these to a type checker.
_Compiler: Any = compiler.Compiler
_Lowering: Any = typed_passes.BaseNativeLowering
_PassManager: Any = compiler_machinery.PassManager
_register_pass: Any = compiler_machinery.register_pass
_Library: Any = JITCodeLibrary
_config: Any = config
_within: Any = errors.new_error_context  # type: ignore[attr-defined]
_llvm: Any = importlib.import_module("llvmlite.binding")
_linalg: Any = importlib.import_module("numba.np.linalg")


def _blas_later() -> None:
    """Import numba's array functions without scipy's linear algebra: saves 0.2 s.

    numba imports it only to see whether it is there; where it is used numba looks again.
    """
    look = _linalg.ensure_blas

    def there() -> None:
        if importlib.util.find_spec("scipy") is None:
            raise ImportError("scipy is not there")

    _linalg.ensure_blas = there
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        _linalg.ensure_blas = look


_blas_later()
_arrays: Any = importlib.import_module("numba.np.arrayobj")
_index_from_either_end: Any = _arrays.fix_integer_index


def _index(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:
    """Return an index for machine code: unchanged in kernels, numba's way elsewhere."""
    if not getattr(context, "is_for_kernels", False):
        return _index_from_either_end(context, builder, kind, index, size)
    return context.cast(builder, index, kind, types.intp)


_arrays.fix_integer_index = _index

_mangling: Any = importlib.import_module("numba.core.itanium_mangler")


_named: dict[str, list[Any]] = {}  # types of arguments, by the digest of how they are written


@functools.lru_cache(4096)
def _of_types(types: tuple[Any, ...]) -> str:
    digest = hashlib.blake2b(repr(types).encode(), digest_size=8).hexdigest()
    alike = _named.setdefault(digest, [])  # two modules may each have a tuple of one name
    if types not in alike:
        alike.append(types)
    return digest if types == alike[0] else f"{digest}.{alike.index(types)}"


def _name(kernel: str, types: Any, *, abi_tags: Any = (), uid: int | None = None) -> str:
    """Return the symbol of a kernel's machine code for some argument types.

    numba's own spells out each field of all of them, three thousand characters at every call, and
    tells records apart by the order in which a process first met them.
    """
    return str(
        _mangling.mangle(f"{kernel}.{_of_types(tuple(types))}", (), abi_tags=abi_tags, uid=uid)
    )


INLINED: dict[tuple[str, str], bool] = {}
"""Whether a kernel, by its module and name, becomes part of whatever calls it, or never does."""
GRANTED: dict[tuple[str, str], tuple[str, ...]] = {}
"""What a kernel that Python calls takes for granted, by its module and name."""
KEPT: set[tuple[str, str]] = set()
"""Kernels, by module and name, that are named alike by every process: it can load another's."""


class Part(_Library):  # type: ignore[misc]
    """One kernel in intermediate form, and the parts it calls.

    Attributes
    ----------
    kernel
        Its module, and its name there.
    arguments
        The types it is called with.
    bitcode
        Its intermediate form as it was kept, if it was; read when a whole is made of it.
    """

    _linking_libraries: list[Any]
    kernel: tuple[str, str]
    arguments: tuple[Any, ...]
    bitcode: bytes | None = None
    _module: Any

    @property
    def _final_module(self) -> Any:
        if self.bitcode is not None:
            with blaming_the_cache(".".join(self.kernel)):
                self._module, self.bitcode = _llvm.parse_bitcode(self.bitcode), None
        return self._module

    @_final_module.setter
    def _final_module(self, module: Any) -> None:
        self._module = module

    def finalize(self) -> None:
        """Mark it finished; only numba's own pieces are linked in, and hidden.

        numba counts the functions of a process to tell names apart: where a part is loaded, their
        names may be given to something else.
        """
        self._raise_if_finalized()
        module = self._final_module
        mine = {each.name for each in module.functions if not each.is_declaration}
        for library in dict.fromkeys(self._linking_libraries):
            if not isinstance(library, Part):
                module.link_in(library._get_module_for_linking(), preserve=True)
        for each in module.functions:
            if not each.is_declaration and each.name not in mine:
                each.linkage = "internal"
        self._finalized = True

    def defines(self) -> list[str]:
        """Return the names of its functions."""
        return [each.name for each in self._final_module.functions if not each.is_declaration]

    def get_pointer_to_function(self, name: str) -> int:
        """Return that there is no machine code for Python to call."""
        del name
        return 0

    @property
    def codegen(self) -> Part:
        """Replace the code generator, which numba asks to set an environment."""
        return self

    def set_env(self, name: str, environment: Any) -> None:
        """Do nothing: environments serve code that handles Python objects."""


class Whole(_Library):  # type: ignore[misc]
    """A kernel that Python calls, linked with all parts it needs."""

    _linking_libraries: list[Any]
    _reload_init: set[Any]
    grants: tuple[str, ...] = ()

    def finalize(self) -> None:
        """Link and hide the parts, optimise everything once and generate machine code."""
        module = self._final_module
        mine = set(_seen(module.functions) + _seen(module.global_variables))
        waiting: list[Any] = list(self._linking_libraries)
        self._linking_libraries = []
        linked: dict[Any, None] = {}
        while waiting:
            library = waiting.pop()
            if library in linked:
                continue
            linked[library] = None
            if isinstance(library, Part):
                module.link_in(library._final_module, preserve=True)
                waiting.extend(each for each in library._linking_libraries if type(each) is Part)
            else:  # a piece of numba's own
                self._reload_init.update(library._reload_init)
                module.link_in(library._get_module_for_linking(), preserve=True)
        declared = [each.name for each in module.global_variables if each.is_declaration]
        module.link_in(_llvm.parse_assembly(definitions(declared, self.grants)))
        for wanted, attribute in ((True, "alwaysinline"), (False, "noinline")):
            parts = [each for each in linked if isinstance(each, Part)]
            kept = {part for part in parts if INLINED.get(part.kernel) is wanted}
            named = {name for part in kept for name in part.defines()}
            for each in module.functions:
                if each.name in named:
                    each.add_function_attribute(attribute)
        theirs = [*module.functions, *module.global_variables]
        for number, each in enumerate(theirs):
            if not each.is_declaration and each.name not in mine:
                each.linkage = "internal"
                each.name = f"part{number}"  # numba's own pieces spell out the types of arguments
        super().finalize()

    def serialize_using_object_code(self) -> tuple[str, str, tuple[bytes, bytes]]:
        """Return the cached form: machine code, and the names it defines.

        numba keeps the intermediate form beside, many megabytes to be read at every start, so that
        others may link it in; nobody links a whole.
        """
        self._ensure_finalized()
        return self.name, "object", (self._get_compiled_object(), self._names().as_bitcode())

    def _names(self) -> Any:
        """Return a module with only the names of this one's functions and variables."""
        module = self._final_module
        lines = [f'define void @"{name}"() {{ ret void }}' for name in _seen(module.functions)]
        lines += [f'@"{name}" = global i8 0' for name in _seen(module.global_variables)]
        return _llvm.parse_assembly("\n".join(lines))

    def _optimize_final_module(self) -> None:
        """Optimise once: numba's first round only removes reference counts."""
        options = _llvm.create_pipeline_tuning_options(int(_config.OPT))
        options.slp_vectorization = _config.SLP_VECTORIZE
        options.loop_vectorization = _config.LOOP_VECTORIZE
        builder = _llvm.create_pass_builder(self._codegen._tm, options)
        builder.getModulePassManager().run(self._final_module, builder)


def _seen(values: Any) -> list[str]:
    """Return the exported names of a module."""
    hidden = (_llvm.Linkage.internal, _llvm.Linkage.private)
    return [each.name for each in values if not each.is_declaration and each.linkage not in hidden]


@_register_pass(mutates_CFG=True, analysis_only=False)
class KernelLowering(_Lowering):  # type: ignore[misc]
    """numba's lowering to LLVM's intermediate form, adapted to kernels."""

    _name = "kernel_lowering"
    lowering_class = KernelLower


class _Steps(_PassManager):  # type: ignore[misc]
    """numba's compiler passes, run without events.

    At each of thirty numba spells out all types of arguments and all settings for whoever listens,
    measures its parts and looks whether it shall print it: a twentieth of the time of compiling.
    """

    def _runPass(self, index: int, step: Any, state: Any) -> None:  # noqa: N802
        """Run one pass; numba calls it."""
        del index
        step.analysis = self._analysis
        with _within("Pass {name}", name=step.name()):
            step.run_initialization(state)
            step.run_pass(state)
            step.run_finalizer(state)


def is_ours(function: Any) -> bool:
    """Return whether a bytecode function is a kernel of this package."""
    return (function.func.__module__, function.func_qualname) in KEPT


_NEEDLESS = (untyped_passes.InlineClosureLikes, typed_passes.NopythonRewrites)
"""They look for functions within functions, comprehensions and sums of whole arrays, of which this
package's kernels have none: an eighth of the time of compiling, for the same machine code."""


class _KernelCompiler(_Compiler):  # type: ignore[misc]
    """numba's compiler with one pass replaced.

    Attributes
    ----------
    number
        Tells what it makes of a kernel from what the other compiler makes.
    """

    number: int

    def compile_extra(self, func: Any) -> Any:
        """Compile a function."""
        self.state.targetctx.is_for_kernels = True
        self.state.targetctx.mangler = _name
        return super().compile_extra(func)

    def _compile_bytecode(self) -> Any:
        """Compile a function from its bytecode; numba calls it.

        numba has counted it; by its count it would be named otherwise in another process.
        """
        function = self.state.func_id
        if is_ours(function):
            function.unique_id = self.number
            function.unique_name = f"{function.func_qualname}${self.number}"
        return super()._compile_bytecode()

    def define_pipelines(self) -> list[Any]:
        """Return numba's passes with ours substituted; for kernels only those needed."""
        left_out = _NEEDLESS if is_ours(self.state.func_id) else ()
        pipelines: list[Any] = super().define_pipelines()
        for each in pipelines:
            each.__class__ = _Steps
            each.passes = [
                (KernelLowering if step is typed_passes.NativeLowering else step, about)
                for step, about in each.passes
                if step not in left_out
            ]
        return pipelines


class PartCompiler(_KernelCompiler):
    """Compiles a part."""

    number = 0

    def compile_extra(self, func: Any) -> Any:
        """Compile a function."""
        part = Part(self.state.targetctx.codegen(), func.__qualname__)
        part.kernel = (func.__module__, func.__qualname__)
        part.arguments = tuple(self.state.args)
        self.state.library = part
        return super().compile_extra(func)


class WholeCompiler(_KernelCompiler):
    """Compiles a whole."""

    number = 1

    def compile_extra(self, func: Any) -> Any:
        """Compile a function."""
        whole = Whole(self.state.targetctx.codegen(), func.__qualname__)
        whole.grants = GRANTED.get((func.__module__, func.__qualname__), ())
        whole.enable_object_caching()
        self.state.library = whole
        return super().compile_extra(func)
