#include "core/tasks/programs/function_driver.h"

#include <nlohmann/json.hpp>

namespace aha {

std::string functionDriver(std::string_view solution, std::string_view function)
{
    // JSON of JSON: what stands in the source is plain ASCII, whatever the solution holds.
    const auto literal = [](std::string_view text) {
        const std::string once = nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
        return nlohmann::json(once).dump(-1, ' ', true);
    };
    return R"py(import json, os, sys
result = os.dup(1)
os.dup2(2, 1)
arguments = json.loads(sys.stdin.read())
names = {"__name__": "solution"}
exec("from heapq import *\nfrom bisect import *\nfrom math import *\nfrom itertools import *\nfrom functools import *\n"
     "from collections import *\nfrom typing import *\nfrom builtins import *\n"
     "import bisect, collections, functools, heapq, itertools, math, re, string, sys\n", names)
exec(compile(json.loads()py"
        + literal(solution) + R"py(), "solution.py", "exec"), names)
name = json.loads()py"
        + literal(function) + R"py()
holder = names.get("Solution")
call = names.get(name) if name in names and not hasattr(holder, name) else getattr(holder(), name)
value = call(*arguments)
with os.fdopen(result, "w") as out:
    out.write(json.dumps(value, default=list))
)py";
}

} // namespace aha
