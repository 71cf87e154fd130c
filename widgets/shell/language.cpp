#include "widgets/shell/language.h"

#include "widgets/language/translation.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace aha {

QString interfaceLanguage(const QString& choice, const QStringList& wanted)
{
    const QString english = QStringLiteral("en"), chinese = QStringLiteral("zh_CN");
    if (choice == english || choice == chinese)
        return choice;
    for (const QString& name : wanted) {
        const QLocale locale(name);
        if (locale.language() == QLocale::Chinese && locale.script() == QLocale::SimplifiedHanScript)
            return chinese;
        if (locale.language() == QLocale::English || locale.language() == QLocale::C)
            return english;
    }
    return english;
}

bool installLanguage(QCoreApplication& application, const QString& language)
{
    auto* own = new Dictionary(language, &application);
    if (own->isEmpty() || !application.installTranslator(own)) {
        delete own;
        return false;
    }
    auto* qts = new QTranslator(&application);
    if (!qts->load(QStringLiteral("qtbase_") + language, QLibraryInfo::path(QLibraryInfo::TranslationsPath))
        || !application.installTranslator(qts))
        delete qts; // dialogs of files stay in English
    return true;
}

} // namespace aha
