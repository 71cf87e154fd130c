// Values or errors: what each side gives, and what a mistake does.

#include "core/base/result.h"

#include <QtTest>

#include <memory>

using namespace aha;

class TestResult : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void value()
    {
        Result<std::string> r = std::string("x");
        QVERIFY(r.ok() && bool(r));
        r->append("y");
        QCOMPARE(*r, std::string("xy"));
        QVERIFY_EXCEPTION_THROWN((void)r.error(), std::bad_variant_access);
        Result<std::unique_ptr<int>> owned = std::make_unique<int>(3); // moves without a copy
        QCOMPARE(*std::move(owned).value(), 3);
    }

    void error()
    {
        const Result<int> r = Error { "code", "It broke.", "Mend it." };
        QVERIFY(!r.ok() && !r);
        QCOMPARE(r.error().sentence(), std::string("It broke. Mend it."));
        QCOMPARE((Error { "code", "It broke.", "" }).sentence(), std::string("It broke."));
        QVERIFY_EXCEPTION_THROWN((void)r.value(), std::bad_variant_access);
    }

    void nothing()
    {
        QVERIFY(Result<void>().ok());
        const Result<void> bad = Error { "code", "It broke.", "" };
        QVERIFY(!bad);
        QCOMPARE(bad.error().code, std::string("code"));
    }

    void orThrowCarriesTheWholeError()
    {
        QCOMPARE(orThrow(Result<int>(7)), 7);
        orThrow(Result<void>());
        try {
            (void)orThrow(Result<int>(Error { "code", "It broke.", "Mend it." }));
            QFAIL("nothing was thrown");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string("code"));
            QCOMPARE(failure.error().hint, std::string("Mend it."));
            QCOMPARE(std::string(failure.what()), std::string("It broke."));
        }
        QVERIFY_EXCEPTION_THROWN(orThrow(Result<void>(Error { "code", "", "" })), Failure);
    }
};

QTEST_GUILESS_MAIN(TestResult)
#include "tst_result.moc"
