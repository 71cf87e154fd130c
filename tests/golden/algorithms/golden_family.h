#pragma once
// What the golden tests of algorithms share: every case of a folder is somebody's, and a number that differs is named.

#include "tests/support/golden.h"

#include <QtTest>

#include <functional>

namespace aha {

class GoldenFamily : public QObject {
protected:
    /// Whether the case's reference names this.
    using From = std::function<bool(const char*)>;
    /// `check` says whether it knew the case. An unknown case and an empty folder fail.
    void everyCase(const char* family, const std::function<bool(const golden::Json& c, const From& from)>& check)
    {
        const std::vector<golden::Json> cases = golden::cases(QStringLiteral("algorithms/") + QLatin1String(family));
        for (const golden::Json& c : cases) {
            m_name = c["name"];
            const std::string reference = c["reference"];
            const bool known = check(c, [&](const char* name) { return reference.find(name) != std::string::npos; });
            QVERIFY2(known, ("unknown golden case: " + m_name).c_str());
            if (QTest::currentTestFailed())
                return;
        }
        qInfo("golden algorithms/%s: %zu cases", family, cases.size());
        QVERIFY2(!cases.empty(), "no golden cases");
    }
    void compare(const std::string& what, double got, const golden::Json& expected)
    {
        QVERIFY2(golden::close(got, golden::number(expected)),
            (m_name + " " + what + ": " + std::to_string(got) + " instead of " + expected.dump()).c_str());
    }

    std::string m_name; ///< of the case at hand
};

} // namespace aha
