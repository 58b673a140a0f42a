"""What the company promises (the policy) and what it does (the register), as text in git.

The models and their loading; they know no data.
"""

from govkit.policy.loading import load_policy, load_register
from govkit.policy.policy import Policy
from govkit.policy.register import Register
from govkit.policy.render import render_policy

__all__ = ["Policy", "Register", "load_policy", "load_register", "render_policy"]
