"""Begin an assessment: what the register knows is filled in, every other question stands open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govkit.dpia.entries import Answers, Risk, Risks
from govkit.dpia.subject import Subject
from govkit.dpia.wording import environment

if TYPE_CHECKING:
    from govkit.policy import Policy, Register


def propose_dpia(
    register: Register, policy: Policy, activity: str, *, key: str | None = None
) -> str:
    """Write the file of a new assessment (YAML), with open questions marked.

    Parameters
    ----------
    register, policy
        What the company does, and promises.
    activity
        The activity to assess.
    key
        What the assessment is called; default: as the activity.

    Raises
    ------
    InputError
        The register has no such activity.
    """
    subject = Subject.of(register, policy, activity)
    about = subject.about() | {"purposes": subject.purposes(), "key": key or activity}
    filled = {
        name: " ".join(environment().from_string(said.get("prefill", "")).render(about).split())
        for name, said in Answers.keys.items()
    }
    about |= {"filled": filled, "special": subject.special()}
    about |= {"questions": Answers.keys, "risks": Risks.keys, "parts": Risk.keys}
    return environment().get_template("new.yaml.jinja").render(about)
