#include "source_tree.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>

namespace policy {

QStringList filesBelow(const QStringList& folders, const QStringList& patterns)
{
    const QDir root(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR));
    QStringList paths;
    for (const QString& folder : folders) {
        QDirIterator files(root.filePath(folder), patterns, QDir::Files | QDir::Hidden | QDir::NoSymLinks,
            folder.isEmpty() ? QDirIterator::NoIteratorFlags : QDirIterator::Subdirectories);
        while (files.hasNext())
            paths << root.relativeFilePath(files.next());
    }
    paths.sort();
    return paths;
}

QStringList codeFolders() { return { "app", "core", "widgets", "experiments", "tests", "resources" }; }

QString textOf(const QString& path)
{
    QFile file(QDir(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR)).filePath(path));
    if (!file.open(QIODevice::ReadOnly)) {
        qWarning("cannot read %s", qPrintable(path));
        return {};
    }
    return QString::fromUtf8(file.readAll());
}

QString codeOnly(const QString& text)
{
    QString code = text;
    const auto blank = [&code](qsizetype begin, qsizetype end) {
        for (qsizetype i = begin; i < end && i < code.size(); ++i)
            if (code[i] != '\n')
                code[i] = ' ';
    };
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QStringView rest = QStringView(text).mid(i);
        if (rest.startsWith(u"//")) {
            qsizetype end = text.indexOf('\n', i);
            end = end < 0 ? text.size() : end;
            blank(i, end);
            i = end;
        } else if (rest.startsWith(u"/*")) {
            qsizetype end = text.indexOf("*/", i + 2);
            end = end < 0 ? text.size() : end + 2;
            blank(i, end);
            i = end - 1;
        } else if (rest.startsWith(u"R\"")) {
            const qsizetype open = text.indexOf('(', i);
            const QString close = ")" + text.mid(i + 2, open - i - 2) + "\"";
            qsizetype end = text.indexOf(close, open);
            end = end < 0 ? text.size() : end + close.size();
            blank(i + 2, end - 1);
            i = end - 1;
        } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !text[i - 1].isLetterOrNumber()))) {
            const QChar quote = text[i];
            qsizetype end = i + 1;
            while (end < text.size() && text[end] != quote && text[end] != '\n')
                end += text[end] == '\\' ? 2 : 1;
            blank(i + 1, end);
            i = end;
        }
    }
    return code;
}

qsizetype lineOf(const QString& text, qsizetype offset) { return QStringView(text).left(offset).count(u'\n') + 1; }

} // namespace policy
