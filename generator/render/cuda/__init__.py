"""Networks prepared for GPUs: work that is launched as one CUDA graph."""
