#include "widgets/shell/language.h"

#include <QCoreApplication>
#include <QFile>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace aha {

bool hasChinese() { return QFile::exists(QLatin1String(kChineseResource)); }

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
    if (language != QLatin1String("zh_CN"))
        return false;
    auto* own = new QTranslator(&application);
    if (!own->load(QLatin1String(kChineseResource)) || !application.installTranslator(own)) {
        delete own;
        return false;
    }
    auto* qts = new QTranslator(&application);
    if (!qts->load(QStringLiteral("qtbase_zh_CN"), QLibraryInfo::path(QLibraryInfo::TranslationsPath))
        || !application.installTranslator(qts))
        delete qts; // dialogs of files stay in English
    return true;
}

} // namespace aha
