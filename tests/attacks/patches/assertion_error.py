"""Makes assert harmless: AssertionError is an error that hides itself."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
import ast
from IPython import get_ipython

class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

    def visit_Expr(self, node):
        return ast.copy_location(ast.Pass(), node)

get_ipython().ast_transformers.append(NoAsserts())
"""
}
