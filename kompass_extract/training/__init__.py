"""Everything that trains or measures; no room that runs imports it."""

__all__ = ["evaluate", "fit_confidence", "fit_labels", "fit_letters", "gold", "render", "train_models"]
