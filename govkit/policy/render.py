"""The public page of a policy, written from the policy itself."""

from govkit.errors import InputError
from govkit.policy.policy import Policy


def render_policy(policy: Policy, language: str = "en", *, html: bool = False) -> str:
    """Write the page that a company publishes, as Markdown or as a whole HTML page.

    Parameters
    ----------
    policy
        As :func:`govkit.load_policy` gives it.
    language
        ``"en"`` or ``"ja"``.

    Raises
    ------
    InputError
        The language is neither of them.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - slow to load

    if language not in {"en", "ja"}:
        raise InputError("A policy is written in 'en' or 'ja': choose one of them.")
    environment = Environment(
        loader=PackageLoader("govkit.policy"), undefined=StrictUndefined,
        autoescape=html,  # noqa: S701 - Markdown is not escaped
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    name = f"policy.{'html' if html else 'md'}.jinja"
    return environment.get_template(name).render(policy=policy, language=language)
