"""The shipped picture model without torch: onnxruntime runs its networks, numpy does the rest."""
