// What a teacher said comes back as it was, or not at all.

#include "core/engine/teacher_cache.h"

#include <ATen/ops/tensor.h>
#include <QtTest>

using namespace aha;
namespace fs = std::filesystem;

namespace {

const std::string kQuestion(64, 'a');

TeacherSupport support(int64_t tokens, float first)
{
    std::vector<int64_t> ids;
    std::vector<float> logp;
    for (int64_t i = 0; i < tokens * 2; ++i) {
        ids.push_back(100 + i);
        logp.push_back(first - float(i));
    }
    return { at::tensor(ids, at::kLong).view({ tokens, 2 }), at::tensor(logp, at::kFloat).view({ tokens, 2 }), {},
        false };
}

SftSequence row(std::vector<int32_t> ids)
{
    SftSequence sequence { std::move(ids), {} };
    sequence.trained.assign(sequence.ids.size(), 1);
    return sequence;
}

} // namespace

class TestTeacherCache : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_warnings.clear();
    }

    void comesBack()
    {
        const std::string one = TeacherCache::keyOf(row({ 1, 2, 3 })), two = TeacherCache::keyOf(row({ 1, 2, 4 }));
        {
            TeacherCache cache = open();
            QVERIFY(!cache.find(one, 2));
            QVERIFY(cache.add({ { one, support(2, -0.5f) }, { two, support(3, -1.5f) } }));
            QVERIFY(cache.find(one, 2));
        }
        TeacherCache again = open();
        QCOMPARE(again.rows(), size_t(2));
        const auto found = again.find(two, 3);
        QVERIFY(
            found && found->ids_MS.equal(support(3, -1.5f).ids_MS) && found->logp_MS.equal(support(3, -1.5f).logp_MS));
        QCOMPARE(found->ids_MS.scalar_type(), at::kLong);
        QVERIFY(again.add({}));
        QVERIFY(m_warnings.empty());
    }

    void keysTellRowsApart()
    {
        const std::string key = TeacherCache::keyOf(row({ 1, 2, 3 }));
        SftSequence prompt = row({ 1, 2, 3 });
        prompt.trained[1] = 0;
        for (const SftSequence& other :
            { row({ 1, 2 }), row({ 1, 2, 3, 0 }), row({ 1, 2, 259 }), row({ 2, 1, 3 }), prompt })
            QVERIFY(TeacherCache::keyOf(other) != key);
        QCOMPARE(TeacherCache::keyOf(row({ 1, 2, 3 })), key);
    }

    void anotherQuestionKnowsNothing()
    {
        const std::string key = TeacherCache::keyOf(row({ 1, 2, 3 }));
        QVERIFY(open().add({ { key, support(2, 0) } }));
        QVERIFY(!open(std::string(64, 'b')).find(key, 2));
        // Not even when its file is put there.
        const fs::path here = path() / std::string(32, 'a'), there = path() / std::string(32, 'b');
        fs::copy(here, there, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
        TeacherCache cache = open(std::string(64, 'b'));
        QCOMPARE(cache.rows(), size_t(1));
        QVERIFY(!cache.find(key, 2));
        QCOMPARE(m_warnings.size(), size_t(1));
    }

    /// Every byte of the file, changed or cut off: the right numbers, or none.
    void damage()
    {
        const std::string key = TeacherCache::keyOf(row({ 1, 2, 3 }));
        QVERIFY(open().add({ { key, support(2, -0.25f) } }));
        const fs::path file = fs::directory_iterator(path() / std::string(32, 'a'))->path();
        QFile original(QString::fromStdString(file.string()));
        QVERIFY(original.open(QIODevice::ReadOnly));
        const QByteArray bytes = original.readAll();
        original.close();
        const auto write = [&](const QByteArray& now) {
            QFile changed(QString::fromStdString(file.string()));
            QVERIFY(changed.open(QIODevice::WriteOnly | QIODevice::Truncate));
            changed.write(now);
        };
        int lost = 0;
        const auto soundOrNothing = [&] {
            const auto found = open().find(key, 2);
            lost += !found;
            return !found
                || (found->logp_MS.equal(support(2, -0.25f).logp_MS) && found->ids_MS.equal(support(2, 0).ids_MS));
        };
        for (qsizetype i = 0; i < bytes.size(); ++i) {
            QByteArray now = bytes;
            now[i] = char(now[i] ^ 1);
            write(now);
            QVERIFY2(soundOrNothing(), qPrintable(QString("byte %1").arg(i)));
            write(bytes.left(i));
            QVERIFY(soundOrNothing());
        }
        QVERIFY(lost > bytes.size());
        QVERIFY(m_warnings.size() > size_t(bytes.size()));
        // What is asked anew stands beside the damaged file and is found.
        TeacherCache cache = open();
        QVERIFY(cache.add({ { key, support(2, -0.25f) } }));
        QVERIFY(open().find(key, 2));
    }

private:
    fs::path path() const { return m_folder->path().toStdString(); }
    TeacherCache open(const std::string& question = kQuestion)
    {
        return orThrow(
            TeacherCache::open(path(), question, 2, [this](const std::string& w) { m_warnings.push_back(w); }));
    }
    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<std::string> m_warnings;
};

QTEST_GUILESS_MAIN(TestTeacherCache)
#include "tst_teacher_cache.moc"
