"""Made-up tables that the first start trains the two example models on."""
