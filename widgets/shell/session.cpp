#include "widgets/shell/session.h"

#include "core/base/files.h"
#include "widgets/language/translation.h"
#include "widgets/shell/pagefields.h"

#include <QFile>
#include <QJsonDocument>
#include <QWidget>

#include <semaphore>

namespace aha {

namespace {
constexpr const char *kVersionKey = "version", *kLanguageKey = "language", *kPagesKey = "pages";

QByteArray textOf(const QJsonObject& pages, const QString& language)
{
    const QJsonObject all { { QLatin1String(kVersionKey), Session::kVersion },
        { QLatin1String(kLanguageKey), language }, { QLatin1String(kPagesKey), pages } };
    return QJsonDocument(all).toJson(QJsonDocument::Compact);
}

/// Its name and its bytes.
std::pair<QString, qsizetype> largestOf(const QJsonObject& pages)
{
    std::pair<QString, qsizetype> largest { {}, -1 };
    for (auto page = pages.begin(); page != pages.end(); ++page)
        if (const qsizetype size = QJsonDocument(page->toObject()).toJson(QJsonDocument::Compact).size();
            size > largest.second)
            largest = { page.key(), size };
    return largest;
}

} // namespace

Session::Session(QString file, QString language, QObject* parent)
    : QObject(parent)
    , m_file(std::move(file))
    , m_language(std::move(language))
    , m_worker(std::make_unique<Worker>())
{
    load();
}

Session::~Session() = default;

void Session::load()
{
    if (!QFile::exists(m_file))
        return;
    const Result<std::string> text = readFile(m_file.toStdString(), kMostBytes);
    QJsonParseError error {};
    const QJsonDocument document
        = text ? QJsonDocument::fromJson(QByteArray::fromStdString(*text), &error) : QJsonDocument();
    const QJsonObject all = document.object();
    if (all[QLatin1String(kVersionKey)].toInt() == kVersion && all[QLatin1String(kPagesKey)].isObject()) {
        m_state = m_written = m_fitting = all[QLatin1String(kPagesKey)].toObject();
        m_byPlace = all[QLatin1String(kLanguageKey)].toString() != m_language;
        return;
    }
    const QString aside = m_file + QStringLiteral(".damaged");
    QFile::remove(aside);
    const bool moved = QFile::rename(m_file, aside);
    const QString why = !text                     ? translated(text.error().sentence())
        : error.error != QJsonParseError::NoError ? error.errorString()
                                                  : tr("it is not a session of this version");
    m_problem = moved
        ? tr("What stood in the fields of the window cannot be read (%1), so they begin empty. The file is "
             "kept as %2.")
              .arg(why, aside)
        : tr("What stood in the fields of the window cannot be read (%1), so they begin empty. The file %2 "
             "could not be kept aside.")
              .arg(why, m_file);
}

void Session::add(const QString& name, QWidget* page) { m_pages[name] = { page }; }

void Session::visit(const QString& name)
{
    const auto page = m_pages.find(name);
    if (page == m_pages.end())
        return;
    if (m_current != name)
        look(m_current); // as it was left
    m_current = name;
    if (page->second.fields)
        return;
    page->second.fields = new PageFields(page->second.widget);
    page->second.fields->restore(m_state[name].toObject(), m_byPlace);
}

void Session::settle(const QString& name)
{
    visit(name);
    if (const auto page = m_pages.find(name); page != m_pages.end())
        page->second.fields->settle();
}

void Session::forget(const QStringList& fields)
{
    for (const auto& [name, page] : m_pages)
        if (page.fields) {
            page.fields->forget(fields);
        } else if (const QJsonValue kept = m_state.value(name); kept.isObject()) {
            QJsonObject state = kept.toObject();
            for (const QString& field : fields)
                state.remove(field);
            m_state[name] = state;
        }
}

void Session::look(const QString& name)
{
    if (const auto page = m_pages.find(name); page != m_pages.end() && page->second.fields)
        m_state[name] = page->second.fields->state();
}

void Session::keep()
{
    for (const auto& [name, page] : m_pages)
        if (page.widget->isVisible())
            look(name);
    if (m_state != m_written)
        write();
}

void Session::write()
{
    m_written = m_state;
    // The text is made on the thread: what is handed over is shared, not copied.
    m_worker->post([this, file = m_file.toStdString(), pages = m_state, language = m_language] {
        QString trouble;
        QJsonObject kept = pages;
        QByteArray text = textOf(kept, language);
        while (text.size() > kMostBytes && !kept.isEmpty()) { // that page as it last fitted, the others as they are
            const auto [page, bytes] = largestOf(kept);
            trouble
                = tr("The page %1 holds %2 MB of text: too much to be kept over a crash. Clear a long text, or keep "
                     "it in a file.")
                      .arg(translated(page), QString::number(double(bytes) / (1 << 20), 'f', 1));
            if (const QJsonValue fitted = m_fitting.value(page); fitted.isObject() && kept[page] != fitted)
                kept[page] = fitted;
            else
                kept.remove(page);
            text = textOf(kept, language);
        }
        m_fitting = kept;
        if (const Result<void> done = writeFileAtomically(file, text.toStdString()); !done)
            trouble = translated(done.error().sentence());
        QMetaObject::invokeMethod(
            this,
            [this, trouble] {
                if (!trouble.isEmpty() && !m_told)
                    Q_EMIT failed(trouble);
                m_told = !trouble.isEmpty();
            },
            Qt::QueuedConnection);
    });
}

void Session::flush()
{
    for (const auto& [name, page] : m_pages)
        look(name);
    if (m_state != m_written || m_told) // a full disk may have room again
        write();
    std::binary_semaphore done(0);
    m_worker->post([&done] { done.release(); });
    done.acquire();
}

} // namespace aha
