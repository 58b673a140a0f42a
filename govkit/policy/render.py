"""The public page of a policy, written from the policy itself."""

from govkit.errors import InputError
from govkit.files import templates
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
    if language not in {"en", "ja"}:
        raise InputError("A policy is written in 'en' or 'ja': choose one of them.")
    name = f"policy.{'html' if html else 'md'}.jinja"
    filled = templates("policy", page=html).get_template(name)
    return filled.render(policy=policy, language=language).rstrip() + "\n"
