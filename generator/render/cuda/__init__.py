"""Networks prepared for cards: work that is launched as one CUDA graph."""
