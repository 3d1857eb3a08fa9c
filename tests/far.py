"""A device that is not there: tensors that say they lie on one, and a count of all that goes to and fro.

torch's ``meta`` device has shapes and no values. While ``Far`` is entered, tensors on it have values too,
kept on the CPU where only torch's own operations reach them. What a GPU forbids fails here too: to give a
tensor to NumPy, or to mix tensors of two devices. What makes a program wait for a GPU is counted: copies in
either direction, a single value that is asked for, and operations whose result's shape depends on values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

NAME = "meta"
_aten = torch.ops.aten
_WAITS = {_aten.nonzero, _aten.masked_select, _aten._unique2, _aten.unique_consecutive, _aten.bincount}
"""Operations whose result's shape depends on values: the CPU waits until the device has told it."""
_BY_INDEX = {_aten.index, _aten.index_put, _aten.index_put_}


class FarTensor(torch.Tensor):
    """A tensor on the device; ``near`` has its values."""

    near: torch.Tensor

    @staticmethod
    def __new__(cls, near: torch.Tensor) -> FarTensor:
        made: FarTensor = torch.Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls,
            near.shape,
            strides=near.stride(),
            storage_offset=near.storage_offset(),
            dtype=near.dtype,
            device=NAME,
        )
        made.near = near
        return made

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise AssertionError(f"{func} on a far tensor outside of 'Far'")


class Far:
    """While entered, the device is there.

    Attributes:
        counts: ``up`` and ``down``, copies to the device and back; ``waits``, other things that the CPU has
            to wait for.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._entered = ExitStack()

    def __enter__(self) -> Far:
        self._entered.enter_context(_Made())
        self._entered.enter_context(_Seen(self.counts))
        return self

    def __exit__(self, *raised: object) -> None:
        self._entered.close()

    def counted(self, work: Callable[[], object]) -> Counter[str]:
        """What goes to and fro while something is done."""
        before = Counter(self.counts)
        work()
        return self.counts - before


class _Made(TorchFunctionMode):
    """Tensors that are made of plain numbers go to the device, with their values."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = dict(kwargs or {})
        target = given.get("device")
        if (
            func in (torch.tensor, torch.as_tensor)
            and target is not None
            and torch.device(target).type == NAME
        ):
            return func(*args, **{**given, "device": "cpu"}).to(NAME)
        if func is torch.Tensor.tolist and isinstance(args[0], FarTensor):
            return args[0].cpu().tolist()
        return func(*args, **given)


class _Seen(TorchDispatchMode):
    """Does what is asked of tensors on the device, and counts."""

    def __init__(self, counts: Counter[str]) -> None:
        super().__init__()
        self.counts = counts

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        seen: list[torch.Tensor] = []
        tree_map(lambda v: seen.append(v) if isinstance(v, torch.Tensor) else None, (args, kwargs))
        far = [t for t in seen if isinstance(t, FarTensor)]
        packet = func.overloadpacket
        target = kwargs.get("device")
        to_far = _is_far(target)
        if packet is _aten._local_scalar_dense and far:
            self.counts["down"] += 1
        elif packet is _aten._to_copy and target is not None and to_far != bool(far):
            self.counts["up" if to_far else "down"] += 1
        elif packet is _aten.copy_ and isinstance(args[0], FarTensor) != isinstance(args[1], FarTensor):
            self.counts["up" if isinstance(args[0], FarTensor) else "down"] += 1
        elif far:
            mixed = [t for t in seen if not isinstance(t, FarTensor) and t.dim()]
            if packet in _BY_INDEX and isinstance(args[0], FarTensor):  # indices may come from the CPU
                masks = [i for i in args[1] if i is not None and i.dtype in (torch.bool, torch.uint8)]
                self.counts["up"] += len(mixed)
                self.counts["waits"] += bool(masks)
            else:
                assert not mixed, f"{func} mixes tensors of two devices"
            self.counts["waits"] += packet in _WAITS
        if to_far:
            kwargs["device"] = "cpu"
        given = tree_map(_near, (args, kwargs))
        result = func(*given[0], **given[1])
        if packet is _aten.copy_ or _in_place(func):
            return args[0]
        left = packet is _aten._to_copy and target is not None and not to_far
        return result if left or not (far or to_far) else tree_map(_far, result)


def _is_far(target: Any) -> bool:
    return target is not None and torch.device(target).type == NAME


def _near(value: Any) -> Any:
    return value.near if isinstance(value, FarTensor) else value


def _far(value: Any) -> Any:
    return FarTensor(value) if isinstance(value, torch.Tensor) else value


def _in_place(func: Any) -> bool:
    """Whether an operation writes to its first argument and returns it."""
    arguments = func._schema.arguments
    return bool(arguments and arguments[0].alias_info and arguments[0].alias_info.is_write)
