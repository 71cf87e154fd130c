#pragma once
// The health signals of a run, one a row: name, state, since when, value against threshold.

#include "core/store/health_signals.h"

#include <QAbstractTableModel>

#include <memory>

namespace aha {

/// A value of this signal as people read it: a share in per cent ("22.1 %"), a multiple of an earlier value ("1.11 ×
/// start"), a difference with its sign ("+0.35").
QString signalValueText(const SignalInfo& info, double value);

/// Of a long run they hold every value of every signal: who shows them shares them.
using SignalStates = std::shared_ptr<const std::vector<SignalState>>;

class SignalListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Value, ColumnCount };
    static constexpr int StateRole = Qt::UserRole; ///< SignalState::State
    static constexpr int BadgeKindRole = Qt::UserRole + 1; ///< tone of the badge, as the trace tables have it

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Empty: nothing was read yet, the rows stay and say so.
    void setStates(const SignalStates& states);
    const SignalState* state(int row) const;

private:
    SignalStates m_states = std::make_shared<std::vector<SignalState>>();
};

} // namespace aha
