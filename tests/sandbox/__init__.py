"""The sandbox behaves as the document and the field notes say."""
