"""Hides a script in links, in a data address and in mathematics."""

MUST = {"status": "graded"}
ANSWERS = {
    "why": "[a](javascript:attacked()) <a href='javascript:attacked()'>b</a> <iframe srcdoc='<script>attacked()</script>'></iframe> $$</script><script>attacked()</script>$$"
}
