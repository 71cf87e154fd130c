#pragma once
// What is known about the run that is selected in the table, and what a person says about it.

#include "widgets/models/runlistmodel.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace aha {

class RunDetails : public QWidget {
    Q_OBJECT
public:
    explicit RunDetails(RunListModel* model, QWidget* parent = nullptr);
    /// Of the model; -1: none is selected. What is being edited is kept first.
    void setRow(int row);
    void keepEdits();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void show();

    RunListModel* m_model;
    QString m_folder; ///< rows move; the folder stays
    bool m_fresh = true; ///< the fields still show another run
    QLineEdit *m_name, *m_tags;
    QPlainTextEdit* m_note;
    QLabel* m_facts;
};

} // namespace aha
