"""The models of an impact assessment, made from ``models/dpia.yaml`` as those of the policy are."""

from importlib.resources import files

from govkit.policy.entries import declare

declare((files("govkit.dpia") / "models" / "dpia.yaml").read_bytes(), globals())
