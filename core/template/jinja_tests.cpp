#include "core/template/jinja_tests.h"

#include "core/template/jinja_filters.h"
#include "core/template/jinja_objects.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_text.h"

#include <map>

namespace aha::jinja {

namespace {

using Test = bool (*)(Runtime&, const Value&, CallArgs&);

/// A test of the value alone.
template <bool (*Check)(const Value&)> bool alone(Runtime&, const Value& value, CallArgs& args)
{
    Arguments("this test", args, {});
    return Check(value);
}

bool isNumber(const Value& v) { return v.isInt() || v.isBool() || v.isFloat(); }
bool defined(const Value& v) { return !v.isUndefined(); }
bool undefined(const Value& v) { return v.isUndefined(); }
bool none(const Value& v) { return v.isNone(); }
bool boolean(const Value& v) { return v.isBool(); }
bool isFalse(const Value& v) { return v.isBool() && !v.asBool(); }
bool isTrue(const Value& v) { return v.isBool() && v.asBool(); }
bool integer(const Value& v) { return v.isInt(); }
bool isFloat(const Value& v) { return v.isFloat(); }
bool string(const Value& v) { return v.isString(); }
bool mapping(const Value& v) { return v.isDict(); }
bool escaped(const Value& v) { return v.isString() && v.text().markup; }

bool sequence(const Value& v)
{
    // Whatever has a length and can be subscripted; undefined values pretend to.
    return v.isUndefined() || v.isString() || v.isSequence() || v.isDict() || v.as<Range>();
}

bool iterable(const Value& v)
{
    return v.isUndefined() || v.isString() || v.isSequence() || v.isDict() || v.as<Range>() || v.as<DictView>()
        || v.as<Iterator>() || v.as<Loop>();
}

bool callable(const Value& v)
{
    return v.as<Function>() || v.as<Macro>() || v.as<Loop>() || v.as<Joiner>() || v.isUndefined();
}

Value remainder(Runtime& runtime, const Value& value, const Value& by)
{
    return arithmetic(runtime, ExprKind::Modulo, value, by);
}

bool odd(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("odd", args, {});
    return equal(remainder(runtime, value, Value(int64_t(2))), Value(int64_t(1)), &runtime.meter);
}

bool even(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("even", args, {});
    return equal(remainder(runtime, value, Value(int64_t(2))), Value(int64_t(0)), &runtime.meter);
}

bool divisibleby(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("divisibleby", args, { "num" });
    return equal(remainder(runtime, value, a[0]), Value(int64_t(0)), &runtime.meter);
}

std::string metered(Runtime& runtime, const Value& value)
{
    std::string text = str(runtime, value);
    runtime.meter.step(int64_t(text.size() >> 2));
    return text;
}

bool lowercase(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("lower", args, {});
    return isAll(metered(runtime, value), "lower");
}

bool uppercase(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("upper", args, {});
    return isAll(metered(runtime, value), "upper");
}

bool sameas(Runtime&, const Value& value, CallArgs& args)
{
    Arguments a("sameas", args, { "other" });
    const Value& other = a[0];
    if (value.isNone() || other.isNone() || value.isBool() || other.isBool())
        return value.kind() == other.kind() && (value.isNone() || value.asBool() == other.asBool());
    if (value.kind() != other.kind())
        return false;
    if (value.identity() && other.identity() && value.kind() != Kind::Sequence)
        return value.identity() == other.identity();
    if (value.isSequence() && &value.sequence() == &other.sequence())
        return true;
    fail(kUnsupported, "the test sameas between two values of type " + typeName(value));
}

bool inside(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("in", args, { "seq" });
    return contains(runtime, a[0], value);
}

bool known(const Value& value, bool (*exists)(const std::string&))
{
    if (value.isUndefined() || value.isNone() || isNumber(value))
        return false;
    return exists(textOf(value, "a name"));
}

bool filterExists(Runtime&, const Value& value, CallArgs& args)
{
    Arguments("filter", args, {});
    return known(value, isFilter);
}

bool testExists(Runtime&, const Value& value, CallArgs& args)
{
    Arguments("test", args, {});
    return known(value, isTest);
}

bool comparison(Runtime& runtime, const char* op, const Value& value, CallArgs& args)
{
    if (!args.named.empty())
        fail(kType, "a comparison takes no keyword arguments");
    Arguments a("a comparison", args, { "other" });
    return compare(runtime, op, value, a[0]);
}
bool eq(Runtime& r, const Value& v, CallArgs& args) { return comparison(r, "==", v, args); }
bool ne(Runtime& r, const Value& v, CallArgs& args) { return comparison(r, "!=", v, args); }
bool gt(Runtime& r, const Value& v, CallArgs& args) { return comparison(r, ">", v, args); }
bool ge(Runtime& r, const Value& v, CallArgs& args) { return comparison(r, ">=", v, args); }
bool lt(Runtime& r, const Value& v, CallArgs& args) { return comparison(r, "<", v, args); }
bool le(Runtime& r, const Value& v, CallArgs& args) { return comparison(r, "<=", v, args); }

const std::map<std::string, Test>& tests()
{
    static const std::map<std::string, Test> kTests {
        { "odd", odd },
        { "even", even },
        { "divisibleby", divisibleby },
        { "defined", alone<defined> },
        { "undefined", alone<undefined> },
        { "filter", filterExists },
        { "test", testExists },
        { "none", alone<none> },
        { "boolean", alone<boolean> },
        { "false", alone<isFalse> },
        { "true", alone<isTrue> },
        { "integer", alone<integer> },
        { "float", alone<isFloat> },
        { "lower", lowercase },
        { "upper", uppercase },
        { "string", alone<string> },
        { "mapping", alone<mapping> },
        { "number", alone<isNumber> },
        { "sequence", alone<sequence> },
        { "iterable", alone<iterable> },
        { "callable", alone<callable> },
        { "sameas", sameas },
        { "escaped", alone<escaped> },
        { "in", inside },
        { "==", eq },
        { "eq", eq },
        { "equalto", eq },
        { "!=", ne },
        { "ne", ne },
        { ">", gt },
        { "gt", gt },
        { "greaterthan", gt },
        { "ge", ge },
        { ">=", ge },
        { "<", lt },
        { "lt", lt },
        { "lessthan", lt },
        { "<=", le },
        { "le", le },
    };
    return kTests;
}

} // namespace

bool isTest(const std::string& name) { return tests().count(name) > 0; }

bool applyTest(Runtime& runtime, const std::string& name, const Value& value, CallArgs& args)
{
    const auto test = tests().find(name);
    if (test == tests().end())
        fail(kType, "there is no test " + name);
    return test->second(runtime, value, args);
}

} // namespace aha::jinja
