#include "widgets/language/translation.h"

#include "dictionaries.h"
#include "widgets/language/sentences.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

namespace aha {

namespace {

constexpr const char* kCore = "aha.core"; // the context of texts that may be sentences
constexpr qsizetype kLongest = 16384;

QHash<QString, QString> entries(const char* json)
{
    QHash<QString, QString> found;
    const QJsonObject all = QJsonDocument::fromJson(json).object();
    for (auto it = all.begin(); it != all.end(); ++it)
        found.insert(it.key(), it->toString());
    return found;
}

} // namespace

QString tr(const char* english) { return QCoreApplication::translate("aha", english); }

QString translated(const QString& english)
{
    // What is longer, or has a NUL, is not of the program's making: it is shown as it came.
    if (english.isEmpty() || english.size() > kLongest || english.contains(QChar::Null))
        return english;
    return QCoreApplication::translate(kCore, english.toUtf8().constData());
}

QString translated(const char* english) { return *english ? QCoreApplication::translate(kCore, english) : QString(); }

QString translated(const std::string& english) { return translated(QString::fromStdString(english)); }

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
        if (language == QLatin1String(code))
            m_words = entries(json);
    QHash<QString, QString> templates;
    for (const auto& [code, json] : kSentences)
        if (language == QLatin1String(code))
            templates = entries(json);
    if (!templates.isEmpty())
        new Sentences(
            templates, [this](const QString& text) { return m_words.value(text); }, this);
}

QList<std::pair<QString, QString>> Dictionary::languages()
{
    QList<std::pair<QString, QString>> all;
    for (const auto& [code, json] : kDictionaries)
        all.append({ QLatin1String(code), QLocale(QLatin1String(code)).nativeLanguageName() });
    return all;
}

QString Dictionary::translate(const char* context, const char* text, const char*, int) const
{
    const QString english = QString::fromUtf8(text);
    const QString known = m_words.value(english);
    if (!known.isEmpty() || qstrcmp(context, kCore) != 0)
        return known;
    const Sentences* sentences = Sentences::of(*this);
    return sentences ? sentences->translated(english) : QString();
}

} // namespace aha
