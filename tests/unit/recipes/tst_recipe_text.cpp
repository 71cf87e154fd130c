// Recipes as text: every form gives the same settings with their lines; what is no recipe gives a sentence.

#include "core/recipes/recipe_text.h"

#include <QtTest>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

/// key: value of all settings, as one JSON object; the error's sentence when there are none.
Json settingsOf(const std::string& text)
{
    const Result<RecipeText> recipe = readRecipeText(text);
    if (!recipe)
        return recipe.error().sentence();
    Json all = Json::object();
    for (const RecipeSetting& setting : recipe->settings)
        all[setting.key] = setting.value;
    return all;
}

std::string repeated(const std::string& text, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

} // namespace

class TestRecipeText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("json");
        const auto row = [](const char* name, const std::string& text, const char* json) {
            QTest::newRow(name) << text << std::string(json);
        };
        row("scalars",
            "a: 1\nb: 2.0e-05\nc: true\nd: null\ne:\nf: text with words # comment\ng: 'it''s'\nh: \"a\\n\\u00e9\"\n",
            "{\"a\":1,\"b\":2e-5,\"c\":true,\"d\":null,\"e\":null,\"f\":\"text with "
            "words\",\"g\":\"it's\",\"h\":\"a\\né\"}");
        row("lists", "a:\n- x\n- 2\nb:\n  - y\nc: [1, 'z', [2]]\n",
            "{\"a\":[\"x\",2],\"b\":[\"y\"],\"c\":[1,\"z\",[2]]}");
        row("groups", "a:\n  b:\n    c: 1\n  d: {e: 2, 'f': None}\ng: 3\n",
            "{\"a\":{\"b\":{\"c\":1},\"d\":{\"e\":2,\"f\":null}},\"g\":3}");
        row("list of groups", "a:\n- id: x\n  weight: 0.5\n- id: y\n",
            "{\"a\":[{\"id\":\"x\",\"weight\":0.5},{\"id\":\"y\"}]}");
        row("flow over lines", "a: [1,\n  2]  # end\nb: 3\n", "{\"a\":[1,2],\"b\":3}");
        row("quoted over lines", "a: \"one\n  two\"\nb: 1\n", "{\"a\":\"one two\",\"b\":1}");
        row("block text", "a: |\n  x\n   y\n\n  z\nb: >-\n  p\n  q\nc: 1\n",
            "{\"a\":\"x\\n y\\n\\nz\\n\",\"b\":\"p q\",\"c\":1}");
        row("document", "---\r\n# c\r\na: 1\r\n...\r\n", "{\"a\":1}");
        row("url is no key", "a: http://x:80/y\n", "{\"a\":\"http://x:80/y\"}");
        row("json", "{\"a\": 1e-6, \"b\": {\"c\": [true, null]}}", "{\"a\":1e-6,\"b\":{\"c\":[true,null]}}");
        row("python",
            "import x\n'''doc: 'a'''\nargs = GRPOConfig(\n    a=1, # one\n    b='x' \"y\", c=(1, 2), d={'e': None}, "
            "f=torch.bfloat16, g=f(1, 2))\n",
            "{\"a\":1,\"b\":\"xy\",\"c\":[1,2],\"d\":{\"e\":null},\"f\":\"torch.bfloat16\",\"g\":\"f(1, 2)\"}");
        row("python's adapter and names", "model_name_or_path = 'm'\nSFTConfig(a=1)\np = LoraConfig(r=8)\n",
            "{\"model_name_or_path\":\"m\",\"a\":1,\"use_peft\":true,\"lora_r\":8}");
        row("hydra",
            "set -x\nx=2\npython3 -m verl.trainer.main_ppo \\\n  a.b=$((x * 512)) \\\n  +c.d='t e' e=${y:-z} "
            "f.g=[a,'b'] # end\n",
            "{\"a.b\":1024,\"c.d\":\"t e\",\"e\":\"z\",\"f.g\":[\"a\",\"b\"]}");
        row("flags",
            "A=(\n --k 0.01\n # --no 1\n --two 0.0 1.0\n)\nray job submit --address=x -- python3 -m "
            "openrlhf.cli.train_ppo_ray ${A[@]} --on --name \"$Q/a\"\n",
            "{\"k\":0.01,\"two\":[0.0,1.0],\"address\":\"x\",\"on\":true,\"name\":\"$Q/a\"}");
        row("unset variable", "python -m m --path ${Z}/x --n $((q * 2))\n",
            "{\"path\":\"${Z}/x\",\"n\":\"$((q * 2))\"}");
    }
    void reads()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, json);
        QCOMPARE(settingsOf(text).dump(), Json::parse(json).dump());
    }

    void linesAreThoseOfTheText()
    {
        const auto lines = [](const std::string& text) {
            std::vector<int64_t> found;
            const Result<RecipeText> recipe = readRecipeText(text);
            for (const RecipeSetting& setting : recipe->settings)
                found.push_back(setting.line);
            return found;
        };
        const std::vector<int64_t> wanted { 2, 4 };
        QVERIFY(lines("# c\na: 1\n\nb: 2") == wanted);
        QVERIFY(lines("{\n\"a\": 1,\n\n\"b\": 2}") == wanted);
        QVERIFY(lines("GRPOConfig(\na=1,\n\nb=2)") == wanted);
        QVERIFY(lines("python -m x \\\n a.a=1 \\\n \\\n b.b=2") == wanted);
        QVERIFY(lines("python -m x \\\n --a 1 \\\n \\\n --b 2") == wanted);
    }

    void refuses_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("part");
        const auto row = [](const char* name, const std::string& text, const std::string& part) {
            QTest::newRow(name) << text << part;
        };
        row("empty", "", "no settings");
        row("comment only", "# nothing\n", "no settings");
        row("tab", "a: 1\nb:\n\tc: 2\n", "Line 3: the indentation has a tab");
        row("twice", "a: 1\nb: 2\na: 3\n", "Line 3: \"a\" stands here a second time, after line 1");
        row("no colon", "a: 1\nwords without one\n", "Line 2: \"words without one\" is no setting");
        row("deeper after a value", "a: 1\n  b: 2\n", "Line 2: this line is deeper");
        row("other indentation", "a:\n    b: 1\n  c: 2\n", "Line 3:");
        row("open quotes", "a: 1\nb: \"x\nc: 2\n", "Line 2: the quotes that open here are never closed");
        row("open bracket", "a: [1,\n2\n", "Line 1: the bracket that opens here is never closed");
        row("after a value", "a: 'x' y\n", "Line 1: something follows the value");
        row("anchor", "a: &x 1\n", "Line 1: anchors");
        row("second document", "a: 1\n---\nb: 2\n", "Line 2: a second document");
        row("json without comma", "{\"a\": 1\n \"b\": 2}", "Line 2: a comma or } is expected");
        row("json without value", "{\"a\"}", "Line 1: \"a\" has no value");
        row("after the object", "{\"a\": 1}\n}", "Line 2: something follows the object");
        row("two trainers", "GRPOConfig(a=1)\nSFTConfig(b=1)\n", "Line 2: the script configures a second trainer");
        row("shell quotes", "python -m x \\\n --a 'b\n", "Line 2: the quotes");
        row("zero byte", std::string("a: 1\nb\0: 2", 10), "Line 2: there is a zero byte");
        row("deep json", repeated("{\"a\":", 100) + "1" + repeated("}", 100),
            "Line 1: values are nested more than 16 deep");
        row("deep list", "a: " + repeated("[", 10000), "Line 1: values are nested more than 16 deep");
        std::string deep;
        for (int i = 0; i < 40; ++i)
            deep += std::string(size_t(i), ' ') + "a:\n";
        row("deep yaml", deep, "Line 18: groups are nested more than 16 deep");
        row("too large", std::string(size_t(kMaxRecipeBytes) + 1, 'a'), "1048577 bytes");
        row("a megabyte of one line", std::string(kMaxRecipeBytes, 'a'), "is no setting");
        row("a megabyte of brackets", std::string(kMaxRecipeBytes, '{'), "Line 1:");
        row("many settings", "{" + repeated("a:1,", 5000) + "}", "more than 1000 settings");
        row("variables in variables", "a=xxxxxxxx\n" + repeated("a=$a$a$a$a\n", 40) + "python -m x --b $a\n",
            "a word is too long");
        std::string noise;
        for (uint32_t i = 0, state = 1; i < kMaxRecipeBytes; ++i, state = state * 1664525 + 1013904223)
            noise += char(state >> 24);
        row("a megabyte of noise", noise, "Line ");
    }
    void refuses()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, part);
        const Result<RecipeText> recipe = readRecipeText(text);
        QVERIFY(!recipe);
        QVERIFY2(recipe.error().sentence().find(part) != std::string::npos, recipe.error().sentence().c_str());
        QVERIFY2(recipe.error().sentence().size() < 300, "too long to read");
    }
};

QTEST_GUILESS_MAIN(TestRecipeText)
#include "tst_recipe_text.moc"
