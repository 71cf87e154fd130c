// Which rows train, which are held out, in which order; batches that can begin anywhere.

#include "core/base/files.h"
#include "core/engine/sft_batches.h"
#include "tests/unit/sft/byte_tokenizer.h"

#include <QtTest>

#include <set>

using namespace aha;

namespace {

const std::vector<data::Kind> kKinds { data::Kind::PromptCompletion, data::Kind::LanguageModeling };

} // namespace

class TestSftData : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_config = defaultConfig("sft");
        m_config.data.path = write("rows.jsonl", 40);
    }

    void heldOutAndTrainedAreDisjoint()
    {
        m_config.data.evalPercent = 10;
        const TrainingData data = open();
        QCOMPARE(data.rows(), uint64_t(36));
        QCOMPARE(data.heldOutRows(), uint64_t(4));
        std::set<std::string> held, trained;
        for (uint64_t i = 0; i < 4; ++i)
            held.insert(orThrow(data.heldOut(i)).prompt.text);
        for (const uint64_t epoch : { 0, 1 }) {
            trained.clear();
            for (uint64_t p = 0; p < data.epochSize(); ++p)
                trained.insert(orThrow(data.row(data.at(epoch, p))).prompt.text);
            QCOMPARE(trained.size(), size_t(36)); // every row once
            for (const std::string& text : held)
                QVERIFY(!trained.count(text));
        }
        std::vector<uint64_t> first, second;
        for (uint64_t p = 0; p < 36; ++p) {
            first.push_back(data.at(0, p));
            second.push_back(data.at(1, p));
        }
        QVERIFY(first != second);
        m_config.general.seed = 1;
        QVERIFY(orThrow(open().heldOut(0)).prompt.text != orThrow(data.heldOut(0)).prompt.text
            || orThrow(open().heldOut(1)).prompt.text != orThrow(data.heldOut(1)).prompt.text);
    }

    void inOrder()
    {
        m_config.data.shuffle = false;
        m_config.data.evalPercent = 0;
        m_config.data.maxExamples = 5;
        m_config.data.slice = "[10:]";
        const TrainingData data = open();
        QCOMPARE(data.epochSize(), uint64_t(5));
        QCOMPARE(orThrow(data.row(data.at(3, 2))).prompt.text, std::string("question 12 "));
    }

    void severalSources()
    {
        m_config.data.path += "; " + write("more.jsonl", 10, "other");
        m_config.data.evalPath = write("held.jsonl", 7, "held");
        const TrainingData data = open();
        QCOMPARE(data.rows(), uint64_t(50));
        QCOMPARE(data.epochSize(), uint64_t(50)); // by their sizes: both end together
        QCOMPARE(data.heldOutRows(), uint64_t(7));
        QCOMPARE(orThrow(data.heldOut(6)).prompt.text, std::string("held 6 "));
        QCOMPARE(orThrow(data.row(40)).prompt.text, std::string("other 0 "));
        QCOMPARE(data.origin(43), (std::pair<std::string, uint64_t>(path("more.jsonl"), 3)));
        QCOMPARE(data.sources().size(), size_t(3));
        m_config.data.weights = "1; 1";
        QCOMPARE(open().epochSize(), uint64_t(20)); // ten of each
        m_config.data.maxExamples = 25;
        m_config.data.weights.clear();
        QCOMPARE(open().sources()[0].rows, uint64_t(20));
        QCOMPARE(open().sources()[1].rows, uint64_t(5));
    }

    void columns()
    {
        orThrow(writeFileAtomically(path("own.jsonl"), "{\"q\":\"a\",\"r\":\"b\",\"answer\":\"c\"}\n"));
        m_config.data.path = path("own.jsonl");
        m_config.data.evalPercent = 0;
        m_config.data.mapping = "prompt=q, completion=r";
        QCOMPARE(orThrow(open().row(0)).completion.text, std::string("b"));
        m_config.data.asChat = true;
        m_config.data.systemPrompt = "be brief";
        const data::Example chat = orThrow(open().row(0));
        QCOMPARE(chat.prompt.messages.size(), size_t(2));
        QCOMPARE(chat.prompt.messages[0].content, std::string("be brief"));
        QCOMPARE(chat.completion.messages[0].role, std::string("assistant"));
        m_config.data.asChat = false;
        QCOMPARE(open().row(0).error().code, std::string("row_part")); // a system prompt without turns
        const auto refused = [&](const char* mapping) {
            m_config.data.mapping = mapping;
            return TrainingData::open(m_config.data, 0, kKinds, path("cache")).error().code;
        };
        QCOMPARE(refused("prompt=q"), std::string("layout_unsuitable"));
        QCOMPARE(refused("prompt=gone, completion=r"), std::string("mapping_column"));
        QCOMPARE(refused("question=q"), std::string("mapping_part"));
        QCOMPARE(refused("gsm8k"), std::string("layout_unknown")); // no layout has columns like these
        QCOMPARE(refused("{oops"), std::string("mapping_invalid"));
        orThrow(writeFileAtomically(path("gold.jsonl"), "{\"question\":\"a\",\"answer\":\"c\"}\n"));
        m_config.data.path = path("gold.jsonl");
        for (const char* mapping : { "", "gsm8k", "question_gold" }) // known, but nothing in it to imitate
            QCOMPARE(refused(mapping), std::string("layout_unsuitable"));
    }

    /// Any step's batch is the same however one comes to it, every document once an epoch, never over the limit.
    void batches_data()
    {
        QTest::addColumn<QString>("packing");
        for (const char* packing : { "none", "bfd", "bfd_split", "wrapped" })
            QTest::newRow(packing) << packing;
    }
    void batches()
    {
        QFETCH(QString, packing);
        m_config.sft.packing = packing.toStdString();
        m_config.sft.maxLength = 30;
        m_config.sft.batchSize = 3;
        m_config.data.evalPercent = 0;
        const TrainingData data = open();
        const SftEncoder encoder = makeEncoder();
        Workers one(1), three(3);
        SftBatches walked(data, encoder, m_config, three);
        const int64_t steps = walked.stepsInFirstEpoch();
        std::map<std::string, int> seen; // text of each sequence
        int64_t tokens = 0, whole = 0;
        for (uint64_t row = 0; row < data.rows(); ++row)
            whole += int64_t(encoder.encode(orThrow(data.row(row)))->sequence.ids.size());
        std::vector<SftSequence> last;
        for (int64_t step = 1; step <= 2 * steps; ++step) {
            const SftBatches::Batch batch = walked.at(step);
            QCOMPARE(batch.epoch, double(step) / double(steps));
            for (const SftSequence& s : batch.sequences) {
                QVERIFY(int64_t(s.ids.size()) <= 30);
                QCOMPARE(s.trained.size(), s.ids.size());
                if (step <= steps) {
                    ++seen[ByteTokenizer().decode(s.ids)];
                    tokens += int64_t(s.ids.size());
                }
            }
            last = batch.sequences;
            int64_t covered = 0;
            for (const SftBatches::Piece& piece : batch.pieces) { // what is shown is what is trained
                const SftSequence row = encoder.encode(orThrow(data.row(piece.row)))->sequence;
                const std::vector<int32_t>& ids = batch.sequences[piece.sequence].ids;
                QCOMPARE(piece.whole, int64_t(row.ids.size()));
                QVERIFY(
                    std::equal(row.ids.begin() + piece.from, row.ids.begin() + piece.to, ids.begin() + piece.begin));
                QVERIFY(int64_t(piece.packedRow) < m_config.sft.batchSize);
                covered += piece.to - piece.from;
            }
            for (const SftSequence& s : batch.sequences)
                covered -= int64_t(s.ids.size());
            QCOMPARE(covered, int64_t(0));
        }
        const bool keeps = packing == "bfd_split" || packing == "wrapped";
        if (keeps)
            QCOMPARE(tokens, whole);
        else
            QVERIFY(tokens < whole && seen.size() == 40);
        QCOMPARE(int64_t(walked.droppedTokens()), whole - tokens);
        SftBatches jumped(data, encoder, m_config, one);
        const SftBatches::Batch again = jumped.at(2 * steps);
        QCOMPARE(again.sequences.size(), last.size());
        for (size_t i = 0; i < last.size(); ++i) {
            QCOMPARE(again.sequences[i].ids, last[i].ids);
            QCOMPARE(again.sequences[i].trained, last[i].trained);
        }
        QVERIFY(walked.cut() > 0);
    }

    void nothingSilent()
    {
        m_config.sft.maxLength = 14; // "question 10 " and two tokens of the answer; one-digit rows keep three
        m_config.data.evalPercent = 0;
        Workers workers(2);
        const SftEncoder encoder = makeEncoder();
        QCOMPARE(SftBatches(open(), encoder, m_config, workers).untrained(), uint64_t(0));
        m_config.sft.maxLength = 12;
        const TrainingData data = open();
        const SftBatches cut(data, encoder, m_config, workers);
        QCOMPARE(cut.untrained(), uint64_t(30));
        QCOMPARE(cut.rows(), uint64_t(10));
        m_config.sft.maxLength = 5;
        QCOMPARE(failure([&] { SftBatches(data, encoder, m_config, workers); }), std::string("sft_nothing_trained"));
        orThrow(writeFileAtomically(
            path("bad.jsonl"), "{\"prompt\":\"a\",\"completion\":\"b\"}\n{\"prompt\":\"a\",\"completion\":null}\n"));
        m_config.data.path = path("bad.jsonl");
        m_config.sft.maxLength = 100;
        const TrainingData bad = open();
        QCOMPARE(failure([&] { SftBatches(bad, encoder, m_config, workers); }), std::string("row_part"));
        m_config.data.badRows = "skip";
        const SftBatches skipped(bad, encoder, m_config, workers);
        QCOMPARE(skipped.unreadable(), uint64_t(1));
        QCOMPARE(skipped.rows(), uint64_t(1));
    }

private:
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    std::string write(const char* name, int rows, const std::string& word = "question")
    {
        std::string text;
        for (int i = 0; i < rows; ++i)
            text += "{\"prompt\":\"" + word + " " + std::to_string(i) + " \",\"completion\":\"answer"
                + std::string(size_t(i % 23), '.') + "\"}\n";
        orThrow(writeFileAtomically(path(name), text));
        return path(name);
    }
    TrainingData open() const
    {
        return orThrow(TrainingData::open(m_config.data, uint64_t(m_config.general.seed), kKinds, path("cache")));
    }
    SftEncoder makeEncoder() const
    {
        return orThrow(SftEncoder::make(std::make_shared<ByteTokenizer>(), std::nullopt, m_config.sft));
    }
    template <class F> static std::string failure(F&& f)
    {
        try {
            f();
        } catch (const Failure& failure) {
            return failure.error().code;
        }
        return "none";
    }

    QTemporaryDir m_folder;
    RunConfig m_config;
};

QTEST_GUILESS_MAIN(TestSftData)
#include "tst_sft_data.moc"
