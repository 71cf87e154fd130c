#pragma once
// Everything that stands in the fields of the window, in session.json beside workspace.db: a crash loses at most what
// was typed since the last look, twice a second.

#include "widgets/models/worker.h"

#include <QJsonObject>
#include <QObject>
#include <QString>

#include <atomic>
#include <map>
#include <memory>

class QWidget;

namespace aha {

class PageFields;

class Session : public QObject {
    Q_OBJECT
public:
    /// Of the file; the longest page beyond stays as it last fitted, which is said.
    static constexpr qint64 kMostBytes = 4 << 20;
    static constexpr int kVersion = 1;

    /// `file` is read once, here. One that is damaged is kept aside as FILE.damaged; problem() says so then.
    Session(QString file, QString language, QObject* parent);
    ~Session() override;

    const QString& problem() const { return m_problem; }
    /// From now on `page` is kept under `name`. Its fields are filled when it is visited first.
    void add(const QString& name, QWidget* page);
    /// The page is looked at.
    void visit(const QString& name);
    /// The page is led somewhere: what it held before gives way.
    void settle(const QString& name);
    /// Something else decides now what stands in these fields, on whatever page: what they held before gives way.
    void forget(const QStringList& fields);
    /// Looks at the pages in sight; what changed is written on a thread.
    void keep();
    /// Looks at every page and waits until all is written.
    void flush();

Q_SIGNALS:
    void failed(const QString& sentence);

private:
    struct Page {
        QWidget* widget;
        PageFields* fields = nullptr; ///< null: not visited yet, so it holds what the file holds
    };
    void load();
    void look(const QString& name);
    void write();

    QString m_file, m_language, m_problem;
    bool m_byPlace = false;
    std::map<QString, Page> m_pages;
    QJsonObject m_state; ///< of all pages, as last looked at
    QJsonObject m_written; ///< as last given to the thread
    QJsonObject m_fitting; ///< as last given to the file: the thread's
    QString m_current;
    bool m_told = false; ///< of what failed; until it goes well again
    std::unique_ptr<Worker> m_worker; ///< last
};

} // namespace aha
