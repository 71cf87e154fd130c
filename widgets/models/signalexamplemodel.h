#pragma once
// Completions that show a signal: step, tokens, verdict, what is odd about them and how they begin.

#include "widgets/models/signalwatch.h"

#include <QAbstractTableModel>

namespace aha {

class SignalExampleModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Step, Tokens, Reward, Verdict, Marks, Text, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setExamples(const SignalExamples& examples);
    bool hasMarks() const; ///< is anything odd about any of them?
    const SignalExamples::Row& example(int row) const { return m_examples.rows[size_t(row)]; }

private:
    SignalExamples m_examples;
};

} // namespace aha
