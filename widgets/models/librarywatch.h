#pragma once
// Runs of the library that train without being open: their health signals, and how they end. For who is not looking.

#include "core/run/runlist.h"
#include "widgets/models/signalwatch.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QStringList>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace aha {

class LibraryWatch : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// The library as it was read last. Of a run in `open` only its end is told: somebody else watches its signals.
    void setRows(const std::vector<RunListRow>& rows, const QStringList& open);
    /// Its engine was ended by a person, who need not be told.
    void expectEnd(const QString& folder) { m_expected.insert(folder); }
    void setThresholds(const std::vector<double>& thresholds);
    bool reading() const;
    /// What the run in this folder is called; "" where nobody knows: then as its configuration says.
    std::function<QString(const QString& folder)> nameOf;

Q_SIGNALS:
    /// A signal that a run did not have when it was looked at before, or the end of one that trained.
    void told(const QString& folder, const QString& sentence);

private:
    struct Watched {
        std::unique_ptr<SignalWatch> watch;
        qint64 step = -1; ///< up to which it has been asked to read
    };
    QString called(const QString& folder, const QString& name) const;
    void tellEnd(const RunListRow& row, RunState before);

    std::vector<double> m_thresholds = defaultThresholds();
    std::map<QString, Watched> m_watched; ///< by folder
    QHash<QString, RunState> m_states; ///< of the library as it was read before
    QSet<QString> m_expected; ///< ends that are no news
};

} // namespace aha
