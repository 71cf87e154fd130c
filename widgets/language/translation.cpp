#include "widgets/language/translation.h"

#include "dictionaries.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

namespace aha {

QString tr(const char* english) { return QCoreApplication::translate("aha", english); }

QString translated(const QString& english)
{
    return english.isEmpty() ? english : QCoreApplication::translate("aha", english.toUtf8().constData());
}

QString translated(const char* english) { return *english ? tr(english) : QString(); }

QString translated(const std::string& english) { return translated(english.c_str()); }

QString english(const QString& shown)
{
    if (const auto* app = QCoreApplication::instance())
        for (const Dictionary* one : app->findChildren<Dictionary*>(Qt::FindDirectChildrenOnly))
            if (const QString key = one->words().key(shown); !key.isEmpty())
                return key;
    return shown;
}

Dictionary::Dictionary(const QString& language, QObject* parent)
    : QTranslator(parent)
{
    for (const auto& [code, json] : kDictionaries)
        if (language == QLatin1String(code)) {
            const QJsonObject all = QJsonDocument::fromJson(json).object();
            for (auto it = all.begin(); it != all.end(); ++it)
                m_words.insert(it.key(), it->toString());
        }
}

QList<std::pair<QString, QString>> Dictionary::languages()
{
    QList<std::pair<QString, QString>> all;
    for (const auto& [code, json] : kDictionaries)
        all.append({ QLatin1String(code), QLocale(QLatin1String(code)).nativeLanguageName() });
    return all;
}

QString Dictionary::translate(const char*, const char* text, const char*, int) const
{
    return m_words.value(QString::fromUtf8(text));
}

} // namespace aha
