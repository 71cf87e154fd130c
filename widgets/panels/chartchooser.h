#pragma once
// Which chart to add: any metric, a chart that was removed, a map of completions, or an expression over metrics.

#include <QWidget>

class QLabel;
class QLineEdit;
class QListView;
class QSortFilterProxyModel;
class QStandardItemModel;

namespace aha {

class ChartChooser : public QWidget {
    Q_OBJECT
public:
    explicit ChartChooser(QWidget* parent);
    /// Ids and what is said of them.
    void setChoices(const QVector<QPair<QString, QString>>& choices);
    void begin(); ///< shown, and ready to be typed into

Q_SIGNALS:
    void chosen(const QString& id);
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void choose(const QModelIndex& index);
    void addExpression();

    QVector<QPair<QString, QString>> m_choices;
    QLineEdit *m_filter, *m_expression;
    QListView* m_list;
    QLabel* m_answer;
    QStandardItemModel* m_model;
    QSortFilterProxyModel* m_proxy;
};

} // namespace aha
