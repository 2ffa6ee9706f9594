"""StyleGAN2 prepared for CPUs: native programs or torch's operators, with cached activations."""
