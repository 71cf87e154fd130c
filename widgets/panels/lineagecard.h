#pragma once
// One link of a lineage as a card: a dot on a line that runs from card to card, a title, a line of facts.

#include <QAbstractButton>

namespace aha {

class LineageCard : public QAbstractButton {
    Q_OBJECT
public:
    enum Place { First, Middle, Last };

    LineageCard(Place place, QWidget* parent = nullptr);
    /// `known` false: the dot is hollow, and the facts say why.
    void setLink(const QString& title, const QString& facts, bool known);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    Place m_place;
    QString m_facts;
    bool m_known = false;
};

} // namespace aha
