#include "widgets/models/pathfacts.h"

#include "core/data/layout.h"
#include "widgets/language/translation.h"
#include "widgets/models/cardsections.h"
#include "widgets/models/visibletext.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QSet>

namespace aha {

namespace {

constexpr qint64 kCounted = qint64(512) << 20; // larger files are not read through for one line

QString resolved(const QString& path, const QString& root)
{
    return QDir::isAbsolutePath(path) ? path : root + QLatin1Char('/') + path;
}

/// Names of the first row's fields.
QStringList columnsOf(const QString& path, const QByteArray& first)
{
    QStringList names;
    if (path.endsWith(QLatin1String(".csv"))) {
        for (const QString& name : QString::fromUtf8(first).trimmed().split(QLatin1Char(',')))
            names << visibleLine(name.toStdString());
    } else if (const auto json = nlohmann::ordered_json::parse(first.toStdString(), nullptr, false); json.is_object()) {
        for (const auto& [name, value] : json.items())
            names << visibleLine(name);
    }
    return names;
}

/// By the layout of the first row in which fine-tuning would read it; only what judges the row's own answer.
QString verifierOf(const QByteArray& first)
{
    const auto row = data::Row::parse(first.toStdString(), nullptr, false);
    if (!row.is_object())
        return {};
    for (const data::Mapping& mapping : data::recogniseAll({ row })) {
        if (mapping.kind != data::Kind::PromptCompletion && mapping.kind != data::Kind::LanguageModeling)
            continue;
        const bool judged = mapping.find(data::Part::Gold) && (mapping.task == "math" || mapping.task == "code");
        return judged ? QString::fromStdString(mapping.layout == "gsm8k" ? mapping.layout : mapping.task) : QString();
    }
    return {};
}

} // namespace

DataFact dataFact(const QString& path)
{
    const QFileInfo info(path);
    const QString name = visibleLine(info.fileName().toStdString());
    if (!info.exists())
        return { tr("%1 is not there.").arg(name), 0 };
    if (info.isDir()) {
        const qsizetype files = QDir(path)
                                    .entryList({ QStringLiteral("*.jsonl"), QStringLiteral("*.json"),
                                                   QStringLiteral("*.csv"), QStringLiteral("*.parquet") },
                                        QDir::Files)
                                    .size();
        return { files == 1 ? tr("%1: a folder, 1 file with rows").arg(name)
                            : tr("%1: a folder, %2 files with rows").arg(name).arg(files),
            0 };
    }
    QString line = name + QStringLiteral(": ") + bytesText(double(info.size()));
    QFile file(path);
    const bool lines = path.endsWith(QLatin1String(".jsonl")) || path.endsWith(QLatin1String(".csv"));
    if (!lines || !file.open(QIODevice::ReadOnly))
        return { line, 0 };
    const QByteArray first = file.readLine(1 << 20);
    const QStringList columns = columnsOf(path, first);
    qint64 rows = 0;
    if (path.endsWith(QLatin1String(".jsonl")) && info.size() <= kCounted) {
        rows = first.trimmed().isEmpty() ? 0 : 1;
        QByteArray rest;
        char last = '\n';
        while (!(rest = file.read(1 << 20)).isEmpty()) {
            rows += rest.count('\n');
            last = rest.back();
        }
        rows += last != '\n'; // the last line without an end
        line = rows == 1 ? tr("%1: 1 row").arg(name)
                         : tr("%1: %2 rows").arg(name, QLocale(QLocale::English).toString(rows));
    }
    if (!columns.isEmpty())
        line += tr(" of ") + columns.mid(0, 6).join(QStringLiteral(", "))
            + (columns.size() > 6 ? QStringLiteral(", …") : QString());
    return { line, rows, path.endsWith(QLatin1String(".jsonl")) ? verifierOf(first) : QString() };
}

PathFacts::PathFacts(const QString& engine, QObject* parent)
    : QObject(parent)
    , m_cards(engine)
{
    connect(&m_cards, &CardReader::cardRead, this, [this](const QString& path, const nlohmann::ordered_json& card) {
        if (path == m_model)
            Q_EMIT modelKnown(cardLine(card));
    });
    connect(&m_cards, &CardReader::failed, this, [this](const QString& path, const QString& sentence) {
        if (path == m_model)
            Q_EMIT modelKnown(translated(visibleText(sentence.toStdString())));
    });
}

PathFacts::~PathFacts() = default;

void PathFacts::askModel(const QString& path, const QString& root)
{
    m_model = path.isEmpty() ? QString() : resolved(path, root);
    if (m_model.isEmpty())
        Q_EMIT modelKnown(QString());
    else
        m_cards.read(m_model);
}

void PathFacts::askData(const QString& paths, const QString& root)
{
    const int asked = ++m_asked;
    m_worker.post([this, asked, paths, root] {
        QStringList lines;
        qint64 rows = 0;
        bool known = true;
        QSet<QString> verifiers;
        for (const QString& path : paths.split(QLatin1Char(';'), Qt::SkipEmptyParts)) {
            const DataFact fact = dataFact(resolved(path.trimmed(), root));
            lines << fact.line;
            known = known && fact.rows > 0;
            rows += fact.rows;
            verifiers << fact.verifier;
        }
        QMetaObject::invokeMethod(
            this,
            [this, asked, line = lines.join(QStringLiteral("; ")), all = known ? rows : 0,
                verifier = verifiers.size() == 1 ? *verifiers.begin() : QString()] {
                if (asked == m_asked)
                    Q_EMIT dataKnown(line, all, verifier);
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
