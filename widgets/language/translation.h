#pragma once
// The interface's language. English stands in the code; other languages in resources/languages, compiled in.

#include <QHash>
#include <QTranslator>

#include <string>

namespace aha {

/// The text in the interface's language; itself where none is installed or it has no such text. In members of a
/// QObject the name means QObject::tr, which answers the same: a Dictionary looks at the text alone.
QString tr(const char* english);
/// The same for a text of a table or of the core: names and help of settings, signals and metrics.
QString translated(const QString& english);
QString translated(const char* english);
QString translated(const std::string& english);
/// The text that is shown as this one: the way back from what stands on a widget to what it is called in the code.
QString english(const QString& shown);

/// One language, installed with QCoreApplication::installTranslator before the first widget is made.
class Dictionary : public QTranslator {
    Q_OBJECT
public:
    /// "zh_CN"; an unknown language gives an empty dictionary.
    explicit Dictionary(const QString& language, QObject* parent = nullptr);

    /// Codes of the languages beside English, with their own names: { "zh_CN", "中文" }.
    static QList<std::pair<QString, QString>> languages();
    bool isEmpty() const override { return m_words.isEmpty(); }
    QString translate(const char* context, const char* text, const char* disambiguation, int n) const override;
    const QHash<QString, QString>& words() const { return m_words; }

private:
    QHash<QString, QString> m_words;
};

} // namespace aha
